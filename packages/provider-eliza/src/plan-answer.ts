import { isJsonObject, structuredOutputKey, type Turn, toolChoiceKey, toolDefinitionsKey } from '@geppetto/turns'
import { answerFromResults } from './answer-from-results.ts'
import { type PlannedCall, planCalls } from './choose/plan-calls.ts'
import { type Round, readRounds } from './conversation.ts'
import { converse } from './dialogue/converse.ts'
import type { ElizaScript } from './script/script.ts'
import { structuredAnswer } from './structured-answer.ts'

/** What will be said: a text, or calls of tools. */
export type PlannedAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: readonly PlannedCall[] }

/**
 * Decides what to say to a turn. The turn, the script and the seed are all that it depends on.
 * @throws EngineError `invalid_request` when a tool must be called that is not offered.
 * @throws TurnError `invalid_value` when the turn's data is not what it should be.
 */
export function planAnswer(turn: Turn, script: ElizaScript, seed: number): PlannedAnswer {
  const rounds = readRounds(turn)
  const round = rounds.at(-1)
  const calls = planCalls({
    text: round?.text ?? '',
    now: round?.saidAt ?? turn.createdAt,
    tools: toolDefinitionsKey.read(turn.data) ?? [],
    choice: toolChoiceKey.read(turn.data) ?? 'auto',
    made: earlierCalls(round),
    earlier: earlierCalls(rounds.at(-2)).at(-1),
  })
  if (calls.length > 0) return { kind: 'calls', calls }
  const text =
    round !== undefined && round.exchanges.length > 0
      ? answerFromResults(round.exchanges)
      : replyTo(rounds, script, seed)
  const structured = structuredOutputKey.read(turn.data)
  if (structured === undefined) return { kind: 'text', text }
  return { kind: 'text', text: JSON.stringify(structuredAnswer(structured.schema, round, text)) }
}

function earlierCalls(round: Round | undefined): readonly PlannedCall[] {
  return (round?.exchanges ?? []).flatMap(({ call: { name, input } }) =>
    input.state === 'parsed' && isJsonObject(input.value) ? [{ name, input: input.value }] : [],
  )
}

function replyTo(rounds: readonly Round[], script: ElizaScript, seed: number): string {
  const round = rounds.at(-1)
  const media = [...new Set(round?.media)].join(' and ')
  if (round !== undefined && round.text === '')
    return `I read text only, so I cannot take in the ${media}. Please tell me about it in words.`
  // What tools answered, the script never heard.
  const said = rounds.filter(({ text, exchanges }) => text !== '' && exchanges.length === 0).map(({ text }) => text)
  const reply = converse(script, said, seed)
  return media === '' ? reply : `I read text only, so I did not take in the ${media}. ${reply}`
}

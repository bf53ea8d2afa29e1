import { sleep } from '@geppetto/context'
import type { ProviderCall } from '@geppetto/engine'
import type { InferenceConfig } from '@geppetto/turns'
import { limitText, splitArguments, tokenBudget } from './limits.ts'
import type { PlannedAnswer } from './plan-answer.ts'

/** Counts what was said. */
export interface Spoken {
  tokens: number
}

/** How an answer is said. */
export interface Manner {
  readonly config: InferenceConfig
  /** Between two words, in milliseconds. */
  readonly delayMs: number
}

/** Says an answer, word by word. @throws the abort's reason, at once, when the call's context aborts. */
export async function speak(call: ProviderCall, answer: PlannedAnswer, manner: Manner, spoken: Spoken): Promise<void> {
  const say = async (pieces: readonly string[], append: (piece: string) => void): Promise<void> => {
    for (const piece of pieces) {
      if (spoken.tokens > 0) await pause(call, manner.delayMs)
      call.ctx.signal.throwIfAborted()
      append(piece)
      spoken.tokens++
    }
  }
  if (answer.kind === 'text') {
    const { words, stop } = limitText(answer.text, manner.config)
    const text = call.text()
    await say(words, (word) => text.append(word))
    text.finish()
    call.stop(stop)
  } else {
    const isWhole = await callTools(call, answer, manner, spoken, say)
    call.stop(isWhole ? 'tool_calls' : 'max_tokens')
  }
  // Who holds up the words holds up their end too.
  await pause(call, 0)
  call.ctx.signal.throwIfAborted()
}

type Say = (pieces: readonly string[], append: (piece: string) => void) => Promise<void>

/** Whether all calls could be said within the budget of tokens; one that could not is cut off and never run. */
async function callTools(
  call: ProviderCall,
  answer: Extract<PlannedAnswer, { kind: 'calls' }>,
  { config }: Manner,
  spoken: Spoken,
  say: Say,
): Promise<boolean> {
  const budget = tokenBudget(config)
  for (const { name, input } of answer.calls) {
    const pieces = splitArguments(JSON.stringify(input))
    const left = budget - spoken.tokens
    if (left <= 0) return false
    const writer = call.toolCall(name)
    await say(pieces.slice(0, left), (piece) => writer.append(piece))
    if (pieces.length > left) {
      writer.cutOff()
      return false
    }
    writer.finish()
  }
  return true
}

async function pause(call: ProviderCall, delayMs: number): Promise<void> {
  const { ctx, pressure } = call
  if (pressure !== undefined) await pressure
  if (delayMs > 0) await sleep(ctx, delayMs)
}

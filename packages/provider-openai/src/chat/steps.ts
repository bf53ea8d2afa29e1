import type { Report } from '@geppetto/engine'
import type {
  AssistantBlock,
  Block,
  ProviderBlock,
  ReasoningBlock,
  SystemBlock,
  ToolCallBlock,
  ToolResultBlock,
  UserBlock,
} from '@geppetto/turns'

/** What a model says in one go. */
export type OutputBlock = AssistantBlock | ReasoningBlock | ToolCallBlock | ProviderBlock

/** One thing that somebody said. */
export type Step =
  | { readonly kind: 'system'; readonly block: SystemBlock }
  | { readonly kind: 'user'; readonly block: UserBlock }
  | AnswerStep

/** What the model said, and the results of what it called, in the order of the calls. */
export interface AnswerStep {
  readonly kind: 'answer'
  readonly blocks: readonly OutputBlock[]
  readonly results: readonly ToolResultBlock[]
}

interface OpenAnswer {
  readonly kind: 'answer'
  readonly blocks: OutputBlock[]
  readonly calls: ToolCallBlock[]
  readonly results: ToolResultBlock[]
}

/** The blocks in steps. Each result is put behind the step of its call, wherever it stands. */
export function splitSteps(blocks: readonly Block[], report: Report): readonly Step[] {
  const steps: (Exclude<Step, AnswerStep> | OpenAnswer)[] = []
  const answerOf = new Map<string, OpenAnswer>()
  for (const block of blocks) {
    switch (block.kind) {
      case 'system':
        steps.push({ kind: 'system', block })
        break
      case 'user':
        steps.push({ kind: 'user', block })
        break
      case 'tool-result':
        addResult(block, answerOf.get(block.callId), steps.at(-1), report)
        break
      case 'unknown':
        report('block-dropped', 'a block of a kind that this version does not know is not sent', block)
        break
      default: {
        const answer = openAnswer(steps)
        answer.blocks.push(block)
        if (block.kind === 'tool-call') {
          answer.calls.push(block)
          answerOf.set(block.callId, answer)
        }
      }
    }
  }
  return steps.map((step) => (step.kind === 'answer' ? inOrderOfCalls(step) : step))
}

/** The answer that goes on: once results came, the model speaks anew. */
function openAnswer(steps: (Exclude<Step, AnswerStep> | OpenAnswer)[]): OpenAnswer {
  const last = steps.at(-1)
  if (last?.kind === 'answer' && last.results.length === 0) return last
  const answer: OpenAnswer = { kind: 'answer', blocks: [], calls: [], results: [] }
  steps.push(answer)
  return answer
}

function addResult(
  result: ToolResultBlock,
  answer: OpenAnswer | undefined,
  latest: Exclude<Step, AnswerStep> | OpenAnswer | undefined,
  report: Report,
): void {
  if (answer === undefined) return
  if (answer !== latest) report('result-moved', 'a result must stand directly behind its call', result)
  answer.results.push(result)
}

function inOrderOfCalls({ blocks, calls, results }: OpenAnswer): AnswerStep {
  if (calls.length === 0) return { kind: 'answer', blocks, results }
  const resultOf = new Map(results.map((result) => [result.callId, result]))
  const ordered = calls.map((call) => resultOf.get(call.callId)).filter((result) => result !== undefined)
  return { kind: 'answer', blocks, results: ordered }
}

import type { Block, ToolCallBlock, ToolOutcome, ToolResultBlock } from './block.ts'
import { openEndsOf } from './block-list.ts'
import { toolResultBlock } from './build-block.ts'
import { isUnmarkedReasoning } from './lineage.ts'
import { ownTurn } from './own-turn.ts'
import type { Turn } from './turn.ts'
import { withBlocks } from './turn.ts'

/** How {@link sealTurn} answers a call that has no result. */
export interface SealOptions {
  /** What became of the call. Default `unknown`: nobody can say. A call whose arguments did not arrive whole is `not-run`, whatever this says. */
  readonly outcomeOf?: (call: ToolCallBlock) => Exclude<ToolOutcome, 'ok'>
  /** Makes the id of an added result. Default: random. */
  readonly nextId?: () => string
  /** Milliseconds since the epoch. Default: the machine's time. */
  readonly now?: () => number
  /** Written on the added results. */
  readonly runId?: string
}

/** What an added result tells the model. */
const sealedText: Record<Exclude<ToolOutcome, 'ok'>, string> = {
  error: 'The tool failed.',
  denied: 'Not run: the call was denied.',
  'timed-out': 'The tool did not answer in time. Whether it had an effect is not known.',
  cancelled: 'Not run: cancelled before it was started.',
  'not-run': 'Not run.',
  unknown: 'The outcome was not observed. The tool may or may not have had its effect.',
  pending: 'There is no result yet: the tool runs elsewhere or waits for an approval.',
}

/**
 * Makes a turn valid to send again: every tool call has a result, placed behind all that its step said and called; reasoning that
 * was cut off is marked as not to be replayed. Returns the same object when there is nothing to do and it was
 * made by this package.
 * @throws TurnError as `createTurn`, when what another made is no turn
 */
export function sealTurn(unsealed: Turn, options: SealOptions = {}): Turn {
  const turn = ownTurn(unsealed)
  const start = firstToSeal(turn)
  if (start === turn.blocks.length) return turn
  const rest = turn.blocks.slice(start)
  const answered = new Set<string>()
  for (const block of rest) if (block.kind === 'tool-result') answered.add(block.callId)
  let isChanged = false
  const blocks: Block[] = turn.blocks.slice(0, start)
  let unanswered: ToolCallBlock[] = []
  let isPastOutput = false
  for (const block of rest) {
    if (endsStep(block, isPastOutput)) {
      for (const call of unanswered) blocks.push(sealedResult(call, options))
      unanswered = []
      isPastOutput = false
    }
    const sealed = sealReasoning(block)
    if (sealed !== block) isChanged = true
    blocks.push(sealed)
    if (block.kind === 'tool-result') isPastOutput = true
    if (block.kind === 'tool-call' && !answered.has(block.callId)) {
      answered.add(block.callId)
      unanswered.push(block)
      isChanged = true
    }
  }
  for (const call of unanswered) blocks.push(sealedResult(call, options))
  return isChanged ? withBlocks(turn, blocks) : turn
}

/** Where sealing has to begin: what stands before that is as it should be, and no step of it is open. */
function firstToSeal({ blocks }: Turn): number {
  const ends = openEndsOf(blocks)
  if (ends === undefined) return 0
  return Math.min(ends.unanswered[0] ?? blocks.length, ends.cutReasoning ?? blocks.length)
}

/**
 * Whether the step before `block` is over: somebody else speaks, or the model does again after results. Until then all that the
 * model says stays together, as it may be one provider message that is replayed whole or not at all.
 */
export function endsStep(block: Block, isPastOutput: boolean): boolean {
  switch (block.kind) {
    case 'system':
    case 'user':
      return true
    case 'assistant':
    case 'reasoning':
    case 'tool-call':
    case 'provider':
      return isPastOutput
    case 'tool-result':
    case 'unknown':
      return false
  }
}

function sealReasoning(block: Block): Block {
  if (!isUnmarkedReasoning(block)) return block
  return { ...block, replayable: false as const }
}

/** The result that says honestly what became of a call that nobody answered. */
export function sealedResult(call: ToolCallBlock, options: SealOptions = {}): ToolResultBlock {
  const isWhole = call.input.state === 'parsed'
  const outcome = isWhole ? (options.outcomeOf?.(call) ?? 'unknown') : 'not-run'
  const content = isWhole ? sealedText[outcome] : 'Not run: its arguments did not arrive whole.'
  return toolResultBlock(
    { callId: call.callId, name: call.name, outcome, content },
    {
      ...(options.nextId === undefined ? undefined : { id: options.nextId() }),
      ...(options.now === undefined ? undefined : { createdAt: options.now() }),
      ...(options.runId === undefined ? undefined : { runId: options.runId }),
    },
  )
}

import {
  findResultIndex,
  pendingCalls,
  type ToolResultBlock,
  type Turn,
  toolResultBlock,
  withBlocks,
} from '@geppetto/turns'

/** In the metadata of a result: its call is left to the turn, or the session, that this one was made from. */
const dismissedName = 'geppetto.dismissed'

/** Whether the call is left to another turn or session: it never runs in this one. */
export function isDismissed({ metadata }: ToolResultBlock): boolean {
  return Object.hasOwn(metadata, dismissedName) && metadata[dismissedName] === true
}

/** Whether a run that is resumed may run the call: it was never started. */
export function wasNeverStarted(result: ToolResultBlock): boolean {
  return (result.outcome === 'cancelled' || result.outcome === 'not-run') && !isDismissed(result)
}

/** Where the results begin that the model has not answered: they stand at the end. */
export function unansweredFrom({ blocks }: Turn): number {
  return blocks.findLastIndex((block) => block.kind !== 'tool-result') + 1
}

/**
 * The turn for whoever goes on from it elsewhere: calls that wait, or that a run which is resumed might run, are left to where they were made, or they would
 * be run twice. Where a run of the turn `goesOn` there, nobody here will hear what became of them. The same turn, where there is none.
 */
export function dismissCalls(turn: Turn, goesOn = false): Turn {
  const blocks = [...turn.blocks]
  const open = pendingCalls(turn).map(({ callId }) => findResultIndex(turn.blocks, callId))
  const start = unansweredFrom(turn)
  const last = turn.blocks.slice(start).flatMap((block, offset) => {
    const mayBeRun = block.kind === 'tool-result' && (wasNeverStarted(block) || block.outcome === 'unknown')
    return mayBeRun && !isDismissed(block) ? [start + offset] : []
  })
  const dismissed = new Set([...open, ...last])
  if (dismissed.size === 0) return turn
  for (const index of dismissed) {
    const block = blocks[index]
    if (block?.kind === 'tool-result') blocks[index] = dismissedResult(block, turn, goesOn)
  }
  return withBlocks(turn, blocks)
}

/** Nobody knows more of a call that may have run than there was to know; one whose arguments did not arrive whole never runs. */
function dismissedResult(result: ToolResultBlock, { blocks }: Turn, goesOn: boolean): ToolResultBlock {
  const { callId, name, id, createdAt, runId } = result
  const metadata = { ...result.metadata, [dismissedName]: true }
  if (result.outcome === 'unknown') return { ...result, metadata }
  const isRunnable = blocks.some(
    (block) => block.kind === 'tool-call' && block.callId === callId && block.input.state === 'parsed',
  )
  const outcome = goesOn && isRunnable ? 'unknown' : 'not-run'
  return toolResultBlock(
    { callId, name, outcome, content: dismissedText[outcome] },
    { id, createdAt, metadata, ...(runId !== undefined && { runId }) },
  )
}

/** What it tells the model. */
const dismissedText = {
  'not-run': 'Not run: the conversation went on without it.',
  unknown: 'The conversation went on without it. The tool may or may not have had its effect.',
} as const

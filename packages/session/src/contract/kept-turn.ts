import { isTurnShrunkError, partialTurnOf } from '@geppetto/engine'
import { type Event, foldEvents } from '@geppetto/events'
import {
  appendBlocks,
  type Block,
  countCommonBlocks,
  findBlockIndex,
  findResultIndex,
  furtherState,
  isJsonObject,
  missingBlocks,
  type ProviderCallRecord,
  providerCalls,
  providerCallsKey,
  type Turn,
  validateTurn,
  withBlocks,
  withMetadata,
} from '@geppetto/turns'

/** A state of the turn, and how many events there were by then. */
export interface TurnState {
  readonly turn: Turn
  readonly seq: number
}

/** The state with what arrived after it: what the error carries, where that is of this turn, else what the events tell. */
export function addArrived(
  state: TurnState,
  error: unknown,
  events: readonly Event[],
  nextId: () => string,
): { readonly turn: Turn; readonly news: readonly Block[] } {
  const { turn } = state
  const partial = partialOf(error, turn)
  if (partial === undefined) {
    const news = foldNews(state, events, nextId)
    return { turn: addNews(turn, news), news }
  }
  const metadata = { ...turn.metadata, ...partial.metadata }
  const news = giveFreeIds(turn.blocks, partial.blocks, nextId)
  // Where nothing is missing its order counts: a block may have been put in front.
  const blocks = lostBlocks(turn, partial).length === 0 ? partial.blocks : addNews(turn, news).blocks
  return { turn: furtherState(turn, { ...turn, metadata, blocks }), news }
}

/** The turn with those of `news` that leave it valid, one after the other: what nobody could store or send is left out. */
export function addWhatFits(turn: Turn, news: readonly Block[], nextId: () => string): Turn {
  let kept = turn
  for (const block of giveFreeIds(turn.blocks, news, nextId)) {
    const candidate = addNews(kept, [block])
    if (validateTurn(candidate, { open: true }).length === 0) kept = candidate
  }
  return kept
}

/** The records of the provider calls of a turn; none where what stands in their place is something else. */
export function recordsOf(turn: Turn): readonly ProviderCallRecord[] {
  try {
    return providerCalls(turn)
  } catch {
    // Written by somebody else under our name: no reason to lose the turn.
    return []
  }
}

/**
 * The turn with the records of the run's provider calls that the events tell of and the turn does not: those of failed attempts, each in
 * front of the call that followed it.
 */
export function withRecords(turn: Turn, events: readonly Event[], runId: string): Turn {
  const told = events.flatMap((event) => {
    if (event.type !== 'provider-call-finished' || event.correlation.runId !== runId) return []
    // Whoever has a context can publish one without a record.
    return isJsonObject(event.record) ? [event.record] : []
  })
  let recorded = turn
  let position = recordsOf(turn).length
  for (const record of told.toReversed()) {
    const known = recordsOf(recorded).findIndex(({ id }) => id === record.id)
    if (known < 0) recorded = withRecordAt(recorded, position, record)
    else position = known
  }
  return recorded
}

function withRecordAt(turn: Turn, position: number, record: ProviderCallRecord): Turn {
  try {
    return withMetadata(turn, providerCallsKey, providerCalls(turn).toSpliced(position, 0, record))
  } catch {
    // An engine's own events may say anything; a record that no store could take is left out.
    return turn
  }
}

/** The turn so far that an error carries; undefined where it is no valid one, or that of something else that was called meanwhile. */
function partialOf(error: unknown, turn: Turn): Turn | undefined {
  const partial = partialTurnOf(error)
  if (partial === undefined || isTurnShrunkError(error) || validateTurn(partial, { open: true }).length > 0)
    return undefined
  return partial.id === turn.id || missingBlocks(turn, partial).length === 0 ? partial : undefined
}

/** What the events after the state tell, with ids that the turn does not have: engines that are not ours may use one twice. */
function foldNews(state: TurnState, events: readonly Event[], nextId: () => string): readonly Block[] {
  const used = new Set<string>()
  const { blocks } = foldEvents(events.filter((event) => event.seq > state.seq))
  return blocks.map((block) => {
    const isNew = !used.has(block.id) && findBlockIndex(state.turn.blocks, block.id) < 0
    used.add(block.id)
    return isNew ? block : Object.freeze({ ...block, id: nextId() })
  })
}

/** The ids of the blocks of `before` that `after` lacks, or has given to something of another kind. */
export function lostBlocks(before: Turn, after: Turn): readonly string[] {
  if (countCommonBlocks(before.blocks, after.blocks) === before.blocks.length) return []
  const kinds = new Map(after.blocks.map((block) => [block.id, block.kind]))
  return before.blocks.filter(({ id, kind }) => kinds.get(id) !== kind).map(({ id }) => id)
}

/**
 * Those of `news` that are not among `blocks` as they are, each with an id that it may have: that of a block that it replaces, if it is of
 * the same kind and alone has the id; or one of its own.
 */
function giveFreeIds(blocks: readonly Block[], news: readonly Block[], nextId: () => string): readonly Block[] {
  const common = countCommonBlocks(blocks, news)
  const changed = news.slice(common).filter((block) => blocks[findBlockIndex(blocks, block.id)] !== block)
  const claims = new Map<string, number>()
  for (const { id } of news.slice(common)) claims.set(id, (claims.get(id) ?? 0) + 1)
  return changed.map((block) => {
    // It takes the place, and the id, of the result that its call has.
    if (block.kind === 'tool-result' && findResultIndex(blocks, block.callId) >= 0) return block
    const index = findBlockIndex(blocks, block.id)
    const isAlone = claims.get(block.id) === 1 && (index < 0 || index >= common)
    return isAlone && (index < 0 || blocks[index]?.kind === block.kind)
      ? block
      : Object.freeze({ ...block, id: nextId() })
  })
}

/** The turn with its blocks, each in its newest form, and the new ones behind them. A call has one result: a newer one takes the place of the older. */
function addNews(turn: Turn, news: readonly Block[]): Turn {
  const { blocks } = turn
  const added = news.filter((block) => !isKnown(blocks, block))
  if (added.length === news.length) return appendBlocks(turn, ...added)
  const byKey = new Map(news.map((block) => [keyOf(block), block]))
  const merged = blocks.map((block) => {
    const newer = byKey.get(keyOf(block))
    return newer === undefined || newer.id === block.id ? (newer ?? block) : Object.freeze({ ...newer, id: block.id })
  })
  return withBlocks(turn, [...merged, ...added])
}

function isKnown(blocks: readonly Block[], block: Block): boolean {
  if (block.kind === 'tool-result') return findResultIndex(blocks, block.callId) >= 0
  const known = blocks[findBlockIndex(blocks, block.id)]
  return known !== undefined && known.kind !== 'tool-result'
}

function keyOf(block: Block): string {
  return block.kind === 'tool-result' ? `result of ${block.callId}` : block.id
}

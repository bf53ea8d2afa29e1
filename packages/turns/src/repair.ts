import { arrangeResults } from './arrange-results.ts'
import type { Block } from './block.ts'
import { ownList } from './block-list.ts'
import { isEmptyBlock } from './empty-block.ts'
import { isSameJson } from './json.ts'
import { isOwnTurn, makeTurn, viewedTurn } from './own-turn.ts'
import { pairCalls } from './repair-calls.ts'
import { type PlacedBlock, RepairLog, type TurnChange } from './repair-log.ts'
import { withReadableMedia } from './repair-media.ts'
import { takeTurn } from './repair-shape.ts'
import { type SealOptions, sealTurn } from './seal.ts'
import type { Turn } from './turn.ts'

/** A valid turn, and all that was done to make it one. */
export interface RepairedTurn {
  readonly turn: Turn
  /** Empty where nothing was wrong. */
  readonly changes: readonly TurnChange[]
}

/**
 * Makes a valid, sealed turn of an imported or foreign history, whatever it is, and lists every change with what stood there before. What
 * {@link diagnoseTurn} finds in the result is nothing. A list is taken for one of blocks. Never throws for what is in `value`.
 */
export function repairTurn(value: unknown, options: SealOptions = {}): RepairedTurn {
  const log = new RepairLog(options)
  const { facts, entries } = takeTurn(value, log)
  const distinct = withDistinctIds(withoutEmpty(withReadableMedia(entries, log), log), log)
  const blocks = arranged(pairCalls(distinct, log), log)
  const taken = new Set(blocks.map(({ id }) => id))
  const nextId = () => {
    const id = log.freshId(taken)
    taken.add(id)
    return id
  }
  const isOwn = isOwnTurn(value)
  const unsealed =
    isOwn && log.changes.length === 0 ? value : makeTurn(facts, ownList(blocks), isOwn ? viewedTurn(value) : undefined)
  const turn = sealTurn(unsealed, { ...options, nextId, now: () => log.now() })
  for (const change of sealing(unsealed, turn)) log.add(change)
  return { turn, changes: log.changes }
}

function withoutEmpty(entries: readonly PlacedBlock[], log: RepairLog): readonly PlacedBlock[] {
  return entries.filter(({ block, path }) => {
    const isEmpty = isEmptyBlock(block)
    const message = `the ${block.kind} block says nothing`
    if (isEmpty) log.add({ code: 'empty_block', action: 'dropped', path, blockId: block.id, message, before: block })
    return !isEmpty
  })
}

/** The same block once more is dropped, another one under the same id gets its own. */
function withDistinctIds(entries: readonly PlacedBlock[], log: RepairLog): readonly PlacedBlock[] {
  const known = new Map<string, Block>()
  const taken = new Set(entries.map(({ block }) => block.id))
  const distinct: PlacedBlock[] = []
  for (const entry of entries) {
    const { block, path } = entry
    const first = known.get(block.id)
    if (first === undefined) {
      known.set(block.id, block)
      distinct.push(entry)
      continue
    }
    const isSame = isSameJson(first, block)
    const id = isSame ? block.id : log.freshId(taken)
    taken.add(id)
    const code = 'duplicate_id'
    if (isSame) log.add({ code, action: 'dropped', path, blockId: id, message: `block ${id} once more`, before: block })
    else {
      distinct.push({ block: renamed(block, id), path })
      const message = `block id ${block.id} was used twice: this block is now ${id}`
      log.add({ code, action: 'changed', path, blockId: id, message, before: block })
    }
  }
  return distinct
}

/** What is stored of an unknown block says its id too. */
function renamed(block: Block, id: string): Block {
  return block.kind === 'unknown' ? { ...block, id, stored: { ...block.stored, id } } : { ...block, id }
}

function arranged(entries: readonly PlacedBlock[], log: RepairLog): readonly Block[] {
  const { entries: ordered, moved } = arrangeResults(entries)
  const positions = new Map(entries.map((entry, index) => [entry, index]))
  const newPositions = new Map(ordered.map((entry, index) => [entry, index]))
  for (const entry of moved) {
    const { block, path } = entry
    const isEarly = (newPositions.get(entry) ?? 0) > (positions.get(entry) ?? 0)
    const code = isEarly ? 'result_before_call' : 'result_out_of_place'
    const message = 'the result stands in the step of its call now'
    log.add({ code, action: 'moved', path, blockId: block.id, message })
  }
  return ordered.map(({ block }) => block)
}

/** What sealing did. */
function sealing(before: Turn, after: Turn): readonly TurnChange[] {
  if (before === after) return []
  const known = new Map(before.blocks.map((block) => [block.id, block]))
  return after.blocks.flatMap((block, index): TurnChange[] => {
    const was = known.get(block.id)
    if (was === block) return []
    const place = { path: `blocks[${index}]`, blockId: block.id }
    if (was !== undefined)
      return [
        {
          ...place,
          code: 'unmarked_reasoning',
          action: 'changed',
          message: 'marked as not to be sent back',
          before: was,
        },
      ]
    const outcome = block.kind === 'tool-result' ? block.outcome : ''
    return [{ ...place, code: 'unanswered_call', action: 'added', message: `a result that says: ${outcome}` }]
  })
}

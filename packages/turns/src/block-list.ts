import type { Block } from './block.ts'
import { isOwnBlock, ownBlock } from './block-shape.ts'
import { quote, TurnError } from './errors.ts'
import { isSameJson } from './json.ts'
import { Lineage, type OpenEnds, type Place } from './lineage.ts'
import { isRead, readItems } from './plain-fields.ts'
import { joinField } from './shape.ts'

/** What is known of a list that was made here. */
type Standing =
  | { readonly lineage: WeakRef<Lineage> | undefined; readonly place: Place }
  /** `not-asked`: nobody wanted to know yet. `unsound`: it is looked at anew each time. */
  | 'not-asked'
  | 'unsound'

/** The lists that were made here: frozen lists of blocks that were made here. No other list is trusted, frozen or not. */
const standings = new WeakMap<object, Standing>()

/** Keeps a lineage as long as its longest list, and not for the sake of shorter ones: an early turn shall not hold the whole conversation. */
const lineages = new WeakMap<readonly Block[], Lineage>()
const longest = new WeakMap<Lineage, readonly Block[]>()

/** How many blocks a lineage forgets where a list goes on from an earlier point, as after another attempt. A list that differs more gets its own. */
const maxForgotten = 100

/** Whether the list was made here, so that it can be shared, and holds blocks alone. */
export function isOwnList(blocks: unknown): blocks is readonly Block[] {
  return typeof blocks === 'object' && blocks !== null && standings.has(blocks)
}

/**
 * The one door for lists of blocks: the same list so that nobody can change it, which is itself where it was made here, else a copy.
 * @throws TurnError `invalid_turn` when it is no list, `invalid_block` naming the first thing in it that is no block
 */
export function ownList(blocks: unknown, base: readonly Block[] = []): readonly Block[] {
  if (isOwnList(blocks)) return blocks
  const items = readItems(blocks)
  if (items !== undefined && isRead(items)) {
    const common = isOwnList(base) ? countSame(base, items) : 0
    const others = items.slice(common).map((item, index) => ownItem(item, common + index, base[common + index]))
    return own(base.slice(0, common).concat(others), base, common)
  }
  const reason = items === undefined ? `must be a list, not ${quote(blocks)}` : items.reason
  throw new TurnError('invalid_turn', `a turn cannot be made: blocks ${reason}`, { field: 'blocks' })
}

/** The list with more blocks at its end. @throws TurnError as {@link ownList} */
export function growList(base: readonly Block[], added: readonly Block[]): readonly Block[] {
  const list = ownList(base)
  const others = added.map((item, index) => ownItem(item, list.length + index, undefined))
  return own(list.concat(others), list, list.length)
}

/** The newest view of each conversation. */
const views = new WeakMap<Lineage, readonly Block[]>()

/**
 * The list that is shown in place of `full`. Not made from that: it goes on, and the view does not. Most views grow as their conversation does, so it follows the
 * last one.
 * @throws TurnError as {@link ownList}
 */
export function viewList(full: readonly Block[], blocks: readonly Block[]): readonly Block[] {
  const lineage = lineageOf(full)
  const last = lineage === undefined ? undefined : views.get(lineage)
  // One that begins elsewhere follows nothing.
  const list = ownList(blocks, last?.[0] === blocks[0] ? last : [])
  if (lineage !== undefined) views.set(lineage, list)
  return list
}

/** What is left to do in the list; undefined where it must be looked at: it was not made here, or a turn with it is not valid. */
export function openEndsOf(blocks: readonly Block[]): OpenEnds | undefined {
  return lineageOf(blocks)?.endsAt(blocks.length)
}

/** Whether it is known of the list that its blocks fit together: `open` while calls are without results. */
export function knownStateOf(blocks: readonly Block[]): 'sealed' | 'open' | undefined {
  const lineage = lineageOf(blocks)
  if (lineage === undefined) return undefined
  return lineage.isAnsweredAt(blocks.length) ? 'sealed' : 'open'
}

/**
 * How many blocks the two lists have in common at their beginnings.
 * @internal For the packages of the family: no work where one list of a long conversation grew from the other.
 */
export function countCommonBlocks(one: readonly Block[], other: readonly Block[]): number {
  const length = Math.min(one.length, other.length)
  if (one === other || isOfOneLineage(one, other)) return length
  let count = 0
  while (count < length && one[count] === other[count]) count++
  return count
}

/**
 * Where in the list the block with the id stands; -1 where there is none.
 * @internal For the packages of the family: no search in a long conversation that was made here. Others have `findLastIndex`.
 */
export function findBlockIndex(blocks: readonly Block[], id: string): number {
  const lineage = lineageOf(blocks)
  if (lineage === undefined) return blocks.findLastIndex((block) => block.id === id)
  return ifInList(blocks, lineage.positionOf(id))
}

/**
 * Where in the list the result of the call stands; -1 where there is none.
 * @internal For the packages of the family: no search in a long conversation that was made here. Others have `findLastIndex`.
 */
export function findResultIndex(blocks: readonly Block[], callId: string): number {
  const lineage = lineageOf(blocks)
  if (lineage === undefined)
    return blocks.findLastIndex((block) => block.kind === 'tool-result' && block.callId === callId)
  return ifInList(blocks, lineage.positionOfResult(callId))
}

/** The lineage may go on behind the list. */
function ifInList(blocks: readonly Block[], position = -1): number {
  return position < blocks.length ? position : -1
}

/** Freezes a list of blocks that were made here, and lets it follow `base`, with which it has `common` blocks in common. */
function own(list: readonly Block[], base: readonly Block[], common: number): readonly Block[] {
  Object.freeze(list)
  standings.set(list, 'not-asked')
  const lineage = knownLineage(base)
  if (lineage !== undefined) enter(lineage, list, common)
  return list
}

function countSame(base: readonly Block[], items: readonly unknown[]): number {
  let count = 0
  while (count < items.length && count < base.length && items[count] === base[count]) count++
  return count
}

/** The block as our own. A copy of the one that stands there already is that one. */
function ownItem(item: unknown, index: number, known: Block | undefined): Block {
  if (isOwnBlock(item)) return item
  const { block, problem } = ownBlock(item)
  if (problem !== undefined) {
    const field = joinField(`blocks[${index}]`, problem.field)
    throw new TurnError('invalid_block', `blocks[${index}] cannot be taken into a turn: ${problem.message}`, { field })
  }
  return known !== undefined && isOwnBlock(known) && isSameJson(block, known) ? known : block
}

function lineageOf(blocks: readonly Block[]): Lineage | undefined {
  const standing = standings.get(blocks)
  if (standing === undefined || standing === 'unsound') return undefined
  return knownLineage(blocks) ?? (standing === 'not-asked' ? enter(new Lineage(), blocks, 0) : lineageAgain(blocks))
}

/** The lists whose lineage another list took over, and that were asked again. */
const askedAgain: WeakRef<readonly Block[]>[] = []

/** How many of them keep a new lineage: many branches of a long conversation shall not each hold what is known of the whole. */
const maxAskedAgain = 8

function lineageAgain(list: readonly Block[]): Lineage {
  const lineage = new Lineage()
  for (const block of list) lineage.push(block)
  standings.set(list, { lineage: undefined, place: lineage.placeAt(list.length) })
  keepFor(list, lineage)
  askedAgain.push(new WeakRef(list))
  const oldest = askedAgain.length > maxAskedAgain ? askedAgain.shift()?.deref() : undefined
  if (oldest !== undefined && oldest !== list) lineages.delete(oldest)
  return lineage
}

function knownLineage(blocks: readonly Block[]): Lineage | undefined {
  const standing = standings.get(blocks)
  if (typeof standing !== 'object') return undefined
  const lineage = lineages.get(blocks) ?? standing.lineage?.deref()
  return lineage?.has(standing.place) ? lineage : undefined
}

function isOfOneLineage(one: readonly Block[], other: readonly Block[]): boolean {
  const lineage = knownLineage(one)
  return lineage !== undefined && lineage === knownLineage(other)
}

/** Finds the list's place in the lineage, which gets what it does not have of it. They have `count` blocks in common, or more. */
function enter(lineage: Lineage, list: readonly Block[], count: number): Lineage | undefined {
  const common = lineage.countCommon(list, count)
  if (common < list.length) {
    if (lineage.length - common > maxForgotten) return undefined
    lineage.cutTo(common)
  }
  for (let index = common; index < list.length; index++) {
    const block = list[index]
    if (block !== undefined && lineage.push(block)) continue
    standings.set(list, 'unsound')
    return undefined
  }
  standings.set(list, { lineage: lineage.ref, place: lineage.placeAt(list.length) })
  if (list.length === lineage.length) keepFor(list, lineage)
  return lineage
}

function keepFor(list: readonly Block[], lineage: Lineage): void {
  const before = longest.get(lineage)
  if (before !== undefined) {
    lineages.delete(before)
    const standing = standings.get(before)
    if (typeof standing === 'object') standings.set(before, { lineage: lineage.ref, place: standing.place })
  }
  longest.set(lineage, list)
  lineages.set(list, lineage)
}

import type { Block } from './block.ts'
import { deepFreeze } from './json.ts'
import { Lineage, type OpenEnds, type Place } from './lineage.ts'

/** What is known of a list that was made here. */
type Standing =
  | { readonly lineage: WeakRef<Lineage>; readonly place: Place }
  /** `not-asked`: nobody wanted to know yet. `unsound`: it is looked at anew each time. */
  | 'not-asked'
  | 'unsound'

/** The lists that were made here: frozen lists of frozen blocks, which nobody can change. No other list is trusted, frozen or not. */
const standings = new WeakMap<readonly Block[], Standing>()

/** Keeps a lineage as long as its longest list, and not for the sake of shorter ones: an early turn shall not hold the whole conversation. */
const lineages = new WeakMap<readonly Block[], Lineage>()
const longest = new WeakMap<Lineage, readonly Block[]>()

/** How many blocks a lineage forgets where a list goes on from an earlier point, as after another attempt. A list that differs more gets its own. */
const maxForgotten = 100

/** Whether the list was made here, so that it can be shared. */
function isOwnList(blocks: readonly Block[]): boolean {
  return standings.has(blocks)
}

/** The list, so that nobody can change it: itself where it was made here, else a copy. Blocks that are not frozen yet are frozen in place. */
export function ownList(blocks: readonly Block[], base: readonly Block[] = []): readonly Block[] {
  return isOwnList(blocks) ? blocks : own([...blocks], base)
}

/** The list with more blocks at its end. */
export function growList(base: readonly Block[], added: readonly Block[]): readonly Block[] {
  return isOwnList(base) ? own(base.concat(added), base, base.length) : own([...base, ...added], base)
}

/** What is left to do in the list; undefined where it must be looked at: it was not made here, or a turn with it is not valid. */
export function openEndsOf(blocks: readonly Block[]): OpenEnds | undefined {
  return lineageOf(blocks)?.endsAt(blocks.length)
}

/** How many blocks the two lists have in common at their beginnings. */
export function countCommonBlocks(one: readonly Block[], other: readonly Block[]): number {
  const length = Math.min(one.length, other.length)
  if (one === other || isOfOneLineage(one, other)) return length
  let count = 0
  while (count < length && one[count] === other[count]) count++
  return count
}

/** Where in the list the block with the id stands; -1 where there is none. */
export function findBlockIndex(blocks: readonly Block[], id: string): number {
  const lineage = lineageOf(blocks)
  if (lineage === undefined) return blocks.findLastIndex((block) => block.id === id)
  return within(blocks, lineage.positionOf(id))
}

/** Where in the list the result of the call stands; -1 where there is none. */
export function findResultIndex(blocks: readonly Block[], callId: string): number {
  const lineage = lineageOf(blocks)
  if (lineage === undefined)
    return blocks.findLastIndex((block) => block.kind === 'tool-result' && block.callId === callId)
  return within(blocks, lineage.positionOfResult(callId))
}

/** The lineage may go on behind the list. */
function within(blocks: readonly Block[], position = -1): number {
  return position < blocks.length ? position : -1
}

/** Freezes a list that nobody else has, and lets it follow `base`, with which it has `common` blocks in common. */
function own(
  list: Block[],
  base: readonly Block[],
  common: number = isOwnList(base) ? countCommonBlocks(base, list) : 0,
): readonly Block[] {
  for (let index = common; index < list.length; index++) deepFreeze(list[index])
  Object.freeze(list)
  standings.set(list, 'not-asked')
  const lineage = knownLineage(base)
  if (lineage !== undefined) enter(lineage, list, common)
  return list
}

function lineageOf(blocks: readonly Block[]): Lineage | undefined {
  const standing = standings.get(blocks)
  if (standing === undefined || standing === 'unsound') return undefined
  return knownLineage(blocks) ?? enter(new Lineage(), blocks, 0)
}

function knownLineage(blocks: readonly Block[]): Lineage | undefined {
  const standing = standings.get(blocks)
  if (typeof standing !== 'object') return undefined
  const lineage = standing.lineage.deref()
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
  if (before !== undefined) lineages.delete(before)
  longest.set(lineage, list)
  lineages.set(list, lineage)
}

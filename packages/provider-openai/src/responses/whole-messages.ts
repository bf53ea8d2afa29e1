import { objectIn, type ReplayTarget, replayGroups, textIn } from '@geppetto/engine'
import type { Block, JsonObject } from '@geppetto/turns'
import { type ItemPayload, readPayload, withImage } from './payload.ts'
import type { SaidItems } from './said-items.ts'
import { toWholeItem, type WholeMessageRules } from './whole-item.ts'

/** A message of the provider's that goes back as it came. */
export interface WholeMessage {
  /** Its items, by the block that each begins with; none where an item says nothing. */
  readonly items: ReadonlyMap<Block, JsonObject>
  /** The blocks whose items are sent where a block stands, if not its own: what was told of late goes to its place. */
  readonly order: ReadonlyMap<Block, readonly Block[]>
  readonly blocks: readonly Block[]
  /** By which the provider knows it, if it keeps it. */
  readonly responseId?: string
}

/** What goes back as it came. */
export interface WholeMessages {
  /** By group. */
  readonly messages: ReadonlyMap<string, WholeMessage>
  /** The provider's ids in them. */
  readonly ids: ReadonlySet<string>
  /** The programs that begin in them. */
  readonly programs: ReadonlySet<string>
}

/**
 * The messages that go back as they came. One goes back whole or not at all: not when a block of it is missing, stands elsewhere,
 * or the API would refuse it, as reasoning that nothing follows. What came before a call that was cut off counts as whole: the call itself
 * is said in our words.
 * @param before what goes back of the conversation before the blocks.
 */
export function findWholeMessages(
  blocks: readonly Block[],
  target: ReplayTarget,
  rules: WholeMessageRules,
  before: Pick<SaidItems, 'wholeIds' | 'programs'>,
): WholeMessages {
  const messages = new Map<string, WholeMessage>()
  const ids = new Set<string>()
  const programs = new Set<string>()
  const groups = replayGroups(blocks, target)
  if (groups.size === 0) return { messages, ids, programs }
  const scattered = findScattered(blocks)
  const beforeCut = findBeforeCut(blocks)
  const isKnown = (id: string): boolean => ids.has(id) || before.wholeIds.has(id)
  const isBegun = (program: string): boolean => programs.has(program) || before.programs.has(program)
  for (const [group, own] of groups) {
    const message = scattered.has(group) ? undefined : readMessage(own, rules, beforeCut.has(group))
    if (message === undefined) continue
    const items = [...message.items.values()]
    const begun = items.flatMap((item) => (item.type === 'program' ? (textIn(item, 'call_id') ?? []) : []))
    // A program goes on over several messages: what is left of one without its beginning is refused.
    if (items.flatMap(programOf).some((id) => !isBegun(id) && !begun.includes(id))) continue
    for (const id of begun) programs.add(id)
    const itsIds = items.flatMap(idsOf)
    // Some hosts count their ids from the beginning in each answer, or give one to all.
    if (itsIds.some((id, index) => isKnown(id) || itsIds.indexOf(id) < index)) continue
    for (const id of itsIds) ids.add(id)
    messages.set(group, message)
  }
  return { messages, ids, programs }
}

function readMessage(
  blocks: readonly Block[],
  rules: WholeMessageRules,
  isBeforeCut: boolean,
): WholeMessage | undefined {
  const items = new Map<Block, JsonObject>()
  const firsts: FirstBlock[] = []
  const end = blocks.at(-1)
  const late = new Map((end && readPayload(end)?.late)?.map(({ place, item }) => [place, item]))
  let before: ItemPayload | undefined
  for (const block of blocks) {
    const payload = readPayload(block)
    if (payload === undefined || !follows(payload, before)) return undefined
    before = payload
    if (payload.part > 0) continue
    if (payload.item === undefined) return undefined
    const item = toWholeItem(withImage(late.get(payload.place) ?? payload.item, block), block, rules)
    if (item === undefined) return undefined
    firsts.push({ block, ...payload })
    if (item !== 'empty') items.set(block, item)
  }
  const order = orderOf(firsts)
  const sent = firsts.flatMap(({ block }) => order.get(block) ?? [block]).flatMap((block) => items.get(block) ?? [])
  if (before === undefined || !endsWell(before, textIn(sent.at(-1), 'type'), isBeforeCut)) return undefined
  const { responseId } = before
  return { items, order, blocks, ...(responseId === undefined ? undefined : { responseId }) }
}

/** The block that an item begins with. */
interface FirstBlock {
  readonly block: Block
  readonly place: number
  readonly before?: number
}

function orderOf(firsts: readonly FirstBlock[]): ReadonlyMap<Block, readonly Block[]> {
  const order = new Map<Block, readonly Block[]>()
  for (const { block, before } of firsts) {
    const target = before === undefined ? undefined : firsts.find(({ place }) => place === before)
    if (target === undefined) continue
    const [own = [target.block]] = [order.get(target.block)]
    order.set(target.block, own.toSpliced(-1, 0, block))
    order.set(block, [])
  }
  return order
}

function endsWell(end: ItemPayload, lastType: string | undefined, isBeforeCut: boolean): boolean {
  return isBeforeCut ? end.part === end.parts - 1 : end.last === true && lastType !== 'reasoning'
}

function follows(payload: ItemPayload, before: ItemPayload | undefined): boolean {
  if (before === undefined) return payload.place === 0 && payload.part === 0
  if (before.last === true) return false
  const endsItem = before.part === before.parts - 1
  return endsItem
    ? payload.place === before.place + 1 && payload.part === 0
    : payload.place === before.place && payload.part === before.part + 1
}

/** The program that an item is of: what came of it, or a call that it made. */
function programOf(item: JsonObject): readonly string[] {
  const caller = objectIn(item, 'caller')
  const id = item.type === 'program_output' ? textIn(item, 'call_id') : textIn(caller, 'caller_id')
  return id === undefined ? [] : [id]
}

function idsOf(item: JsonObject): readonly string[] {
  const id = textIn(item, 'id') ?? ''
  const callId = (textIn(item, 'type')?.endsWith('_call') === true ? textIn(item, 'call_id') : undefined) ?? ''
  // Some hosts have an empty id for none, and some one id for item and call.
  return [...(id === '' ? [] : [`item ${id}`]), ...(callId === '' ? [] : [`call ${callId}`])]
}

/** The groups that do not stand together: something else than results is between their blocks. */
function findScattered(blocks: readonly Block[]): ReadonlySet<string> {
  const scattered = new Set<string>()
  const ended = new Set<string>()
  let current: string | undefined
  for (const block of blocks) {
    if (block.kind === 'tool-result') continue
    const group = block.native?.group
    if (group === current) continue
    if (current !== undefined) ended.add(current)
    if (group !== undefined && ended.has(group)) scattered.add(group)
    current = group
  }
  return scattered
}

/** The groups that a call follows which was cut off. Such a call keeps nothing of the provider's. */
function findBeforeCut(blocks: readonly Block[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [index, block] of blocks.entries()) {
    const group = blocks[index - 1]?.native?.group
    if (group !== undefined && block.kind === 'tool-call' && block.complete === false && block.native === undefined)
      found.add(group)
  }
  return found
}

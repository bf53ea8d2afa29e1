import { type ReplayTarget, replayGroups } from '@geppetto/engine'
import type { Block, JsonObject, ToolResultBlock } from '@geppetto/turns'
import { listIn, parseObject, textIn } from '../json.ts'
import { toCallOutput } from './call-output.ts'
import { type ItemPayload, readPayload, withImage } from './payload.ts'

/** A message of the provider's that goes back as it came. */
export interface WholeMessage {
  /** Its items, by the block that each begins with. */
  readonly items: ReadonlyMap<Block, JsonObject>
  readonly blocks: readonly Block[]
  /** By which the provider knows it, if it keeps it. */
  readonly responseId?: string
}

/** What decides whether a message can go back. */
export interface WholeMessageRules {
  /** Whether the provider keeps what it says: reasoning without its content can then go back by its id. */
  readonly isStored: boolean
  readonly results: ReadonlyMap<string, ToolResultBlock>
}

/**
 * The messages that go back as they came, by group. One goes back whole or not at all: not when a block of it is missing, stands elsewhere,
 * or the API would refuse it, as reasoning that nothing follows.
 */
export function findWholeMessages(
  blocks: readonly Block[],
  target: ReplayTarget,
  rules: WholeMessageRules,
): ReadonlyMap<string, WholeMessage> {
  const found = new Map<string, WholeMessage>()
  const groups = replayGroups(blocks, target)
  if (groups.size === 0) return found
  const scattered = findScattered(blocks)
  const ids = new Set<string>()
  for (const [group, own] of groups) {
    const message = scattered.has(group) ? undefined : readMessage(own, rules)
    if (message === undefined) continue
    const itsIds = [...message.items.values()].flatMap(idsOf)
    // Some hosts count their ids from the beginning in each answer.
    if (itsIds.some((id) => ids.has(id))) continue
    for (const id of itsIds) ids.add(id)
    found.set(group, message)
  }
  return found
}

function readMessage(blocks: readonly Block[], rules: WholeMessageRules): WholeMessage | undefined {
  const items = new Map<Block, JsonObject>()
  let before: ItemPayload | undefined
  let lastType: string | undefined
  for (const block of blocks) {
    const payload = readPayload(block)
    if (payload === undefined || !follows(payload, before)) return undefined
    before = payload
    if (payload.part > 0) continue
    if (payload.item === undefined) return undefined
    const item = withImage(payload.item, block)
    if (!isAccepted(item, block, rules)) return undefined
    items.set(block, item)
    lastType = textIn(item, 'type')
  }
  if (before?.last !== true || lastType === 'reasoning') return undefined
  const { responseId } = before
  return { items, blocks, ...(responseId === undefined ? undefined : { responseId }) }
}

function follows(payload: ItemPayload, before: ItemPayload | undefined): boolean {
  if (before === undefined) return payload.place === 0 && payload.part === 0
  if (before.last === true) return false
  const endsItem = before.part === before.parts - 1
  return endsItem
    ? payload.place === before.place + 1 && payload.part === 0
    : payload.place === before.place && payload.part === before.part + 1
}

function isAccepted(item: JsonObject, block: Block, { isStored, results }: WholeMessageRules): boolean {
  if (item.type === 'reasoning') return isStored || (textIn(item, 'encrypted_content') ?? '') !== ''
  if (item.type === 'message') return listIn(item, 'content').length > 0 && !listIn(item, 'content').some(isEmptyText)
  if (block.kind !== 'tool-call') return true
  const callId = textIn(item, 'call_id')
  if (callId === undefined || callId === '' || block.input.state !== 'parsed') return false
  if (item.type === 'function_call' && parseObject(textIn(item, 'arguments') ?? '') === undefined) return false
  const result = results.get(block.callId)
  return result === undefined || toCallOutput(item, callId, result) !== undefined
}

function isEmptyText(part: unknown): boolean {
  return (textIn(part, 'text') ?? textIn(part, 'refusal'))?.trim() === ''
}

function idsOf(item: JsonObject): readonly string[] {
  return [textIn(item, 'id'), item.type === 'function_call' ? textIn(item, 'call_id') : undefined].filter(
    (id) => id !== undefined,
  )
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

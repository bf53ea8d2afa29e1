import { type ReplayTarget, replayGroups } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'
import { isServerCall, type NativePayload, readPayload } from './native.ts'
import { type Message, withoutHalves } from './whole-messages.ts'

/** The content blocks that go back as they came, by the ids of our blocks. */
export type Replay = ReadonlyMap<string, NativePayload>

/**
 * What may go back to `target` as it was: provider messages of its own of which nothing is missing or unknown, and whose parts still
 * stand together.
 * @param isLast whether the blocks are the end of the conversation: the provider goes on with what is open in its newest message.
 */
export function findReplay(blocks: readonly Block[], target: ReplayTarget, isLast: boolean): Replay {
  const torn = findTorn(blocks)
  const messages: Message[] = []
  for (const [group, members] of replayGroups(blocks, target)) {
    const message = torn.has(group) ? undefined : wholeMessage(members)
    if (message !== undefined) messages.push(message)
  }
  const newest = isLast ? blocks.findLast(({ kind }) => kind !== 'tool-result')?.id : undefined
  return new Map(withoutHalves(messages, newest).flatMap((message) => [...message]))
}

function wholeMessage(members: readonly Block[]): Message | undefined {
  const message = new Map<string, NativePayload>()
  for (const [index, member] of members.entries()) {
    const payload = readPayload(member)
    if (payload?.index !== index || payload.unknownDeltas !== undefined) return undefined
    message.set(member.id, payload)
  }
  // The API refuses an assistant message that only thinks, and texts of white space alone are not sent.
  const isOnlyThought = members.every((member) => isBlankText(member) || isThinking(message.get(member.id)))
  return isOnlyThought ? undefined : message
}

function isBlankText(block: Block): boolean {
  return block.kind === 'assistant' && block.text.trim() === ''
}

function isThinking(payload: NativePayload | undefined): boolean {
  return payload?.block.type === 'thinking' || payload?.block.type === 'redacted_thinking'
}

/** Whether a call of the provider's own tools has no result. */
export function hasOpenCall(replay: Replay): boolean {
  const payloads = [...replay.values()]
  const results = new Set(payloads.map(({ block }) => block.tool_use_id))
  return payloads.some(({ block }) => isServerCall(block) && !results.has(block.id))
}

/** The same of blocks, whether they go back or not. */
export function hasOpenServerCall(blocks: readonly Block[]): boolean {
  const payloads = blocks.flatMap((block) => (block.kind === 'provider' ? (readPayload(block) ?? []) : []))
  const results = new Set(payloads.map(({ block }) => block.tool_use_id))
  return payloads.some(({ block }) => isServerCall(block) && !results.has(block.id))
}

/** The container that programs ran in last. */
export function lastContainer(replay: Replay): string | undefined {
  return [...replay.values()].findLast(({ container }) => container !== undefined)?.container
}

/** Groups with something between their parts that somebody else said. */
function findTorn(blocks: readonly Block[]): ReadonlySet<string> {
  const torn = new Set<string>()
  const ended = new Set<string>()
  let current: string | undefined
  for (const { kind, native } of blocks) {
    if (kind === 'tool-result' || kind === 'unknown') continue
    const group = native?.group
    if (group !== undefined && ended.has(group)) torn.add(group)
    if (current !== undefined && (kind === 'user' || kind === 'system' || (group !== undefined && group !== current)))
      ended.add(current)
    current = group ?? (kind === 'user' || kind === 'system' ? undefined : current)
  }
  return torn
}

import { objectIn, type ReplayTarget, replayGroups, textIn } from '@geppetto/engine'
import type { Block, JsonObject, JsonValue } from '@geppetto/turns'
import { isServerCall, type NativePayload, readPayload } from './native.ts'

/** The content blocks that go back as they came, by the ids of our blocks. */
export type Replay = ReadonlyMap<string, NativePayload>

/** The payloads of one provider message, in order. */
type Message = ReadonlyMap<string, NativePayload>

/**
 * What may go back to `target` as it was: provider messages of its own of which nothing is missing or unknown, and whose parts still
 * stand together.
 */
export function findReplay(blocks: readonly Block[], target: ReplayTarget): Replay {
  const torn = findTorn(blocks)
  let messages: Message[] = []
  for (const [group, members] of replayGroups(blocks, target)) {
    const message = torn.has(group) ? undefined : wholeMessage(members)
    if (message !== undefined) messages.push(message)
  }
  const newest = blocks.findLast(({ kind }) => kind !== 'tool-result')?.id
  // A paused message ends with a call whose result begins the next one, so that leaving one out may leave another without its half.
  for (let count = -1; count !== messages.length; ) {
    count = messages.length
    messages = withoutHalves(messages, newest)
  }
  return new Map(messages.flatMap((message) => [...message]))
}

function wholeMessage(members: readonly Block[]): Message | undefined {
  const message = new Map<string, NativePayload>()
  for (const [index, member] of members.entries()) {
    const payload = readPayload(member)
    if (payload?.index !== index || payload.unknownDeltas !== undefined) return undefined
    message.set(member.id, payload)
  }
  // The API refuses an assistant message that only thinks.
  return [...message.values()].every(isThinking) ? undefined : message
}

function isThinking({ block }: NativePayload): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking'
}

/**
 * The messages whose server tools have all their calls and results. Calls of the newest message may still be open, as may the one that runs a
 * program which called us from there: the provider goes on with them.
 */
function withoutHalves(messages: readonly Message[], newest: string | undefined): Message[] {
  const calls = new Set<JsonValue | undefined>()
  const closed = new Set<JsonValue | undefined>()
  for (const message of messages) {
    const isNewest = newest !== undefined && message.has(newest)
    for (const { block } of message.values()) {
      if (isServerCall(block)) calls.add(block.id)
      else if (block.tool_use_id !== undefined) closed.add(block.tool_use_id)
      if (isNewest) closed.add(isServerCall(block) ? block.id : callerOf(block))
    }
  }
  return messages.filter((message) =>
    [...message.values()].every(({ block }) => {
      if (isServerCall(block)) return closed.has(block.id)
      const half = block.tool_use_id ?? callerOf(block)
      return half === undefined || calls.has(half)
    }),
  )
}

/** The server's call whose program made this call. */
function callerOf(block: JsonObject): string | undefined {
  return textIn(objectIn(block, 'caller'), 'tool_id')
}

/** The container in which the server calls run that are still open: the API goes on with them in no other. */
export function openContainer(replay: Replay): string | undefined {
  const payloads = [...replay.values()]
  const results = new Set(payloads.map(({ block }) => block.tool_use_id))
  if (payloads.every(({ block }) => !isServerCall(block) || results.has(block.id))) return undefined
  return payloads.findLast(({ container }) => container !== undefined)?.container
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

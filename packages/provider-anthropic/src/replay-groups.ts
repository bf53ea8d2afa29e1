import { type ReplayTarget, replayGroups } from '@geppetto/engine'
import type { Block, JsonObject, JsonValue } from '@geppetto/turns'
import { type NativePayload, readPayload } from './native.ts'

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
  // A paused message ends with a call whose result begins the next one, so that leaving one out may leave another without its half.
  for (let count = -1; count !== messages.length; ) {
    count = messages.length
    messages = withoutHalves(messages, blocks.at(-1))
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

/** The messages whose server tools have all their calls and results; only the very last call, which the provider goes on with, may lack its result. */
function withoutHalves(messages: readonly Message[], last: Block | undefined): Message[] {
  const calls = new Set<JsonValue | undefined>()
  const results = new Set<JsonValue | undefined>()
  for (const message of messages)
    for (const { block } of message.values()) {
      if (isServerCall(block)) calls.add(block.id)
      else if (block.tool_use_id !== undefined) results.add(block.tool_use_id)
    }
  return messages.filter((message) =>
    [...message].every(([id, { block }]) => {
      if (isServerCall(block)) return results.has(block.id) || id === last?.id
      return block.tool_use_id === undefined || calls.has(block.tool_use_id)
    }),
  )
}

function isServerCall({ type }: JsonObject): boolean {
  return type === 'server_tool_use' || type === 'mcp_tool_use'
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

import { type ReplayTarget, replayGroups } from '@geppetto/engine'
import type { Block } from '@geppetto/turns'
import { type NativePayload, readPayload } from './native.ts'

/** The content blocks that go back as they came, by the ids of our blocks. */
export type Replay = ReadonlyMap<string, NativePayload>

/**
 * What may go back to `target` as it was: provider messages of its own of which nothing is missing or unknown, and whose parts still
 * stand together.
 */
export function findReplay(blocks: readonly Block[], target: ReplayTarget): Replay {
  const replay = new Map<string, NativePayload>()
  const torn = findTorn(blocks)
  const last = blocks.at(-1)
  for (const [group, members] of replayGroups(blocks, target)) {
    const payloads = members.map(readPayload)
    const isWhole = !torn.has(group) && payloads.every((payload, index) => isAt(payload, index))
    if (!isWhole || !isAnswered(payloads, members.at(-1) === last) || payloads.every(isThinking)) continue
    for (const [index, member] of members.entries()) {
      const payload = payloads[index]
      if (payload !== undefined) replay.set(member.id, payload)
    }
  }
  return replay
}

function isAt(payload: NativePayload | undefined, index: number): boolean {
  return payload !== undefined && payload.index === index && payload.unknownDeltas === undefined
}

/** The API refuses an assistant message that only thinks. */
function isThinking(payload: NativePayload | undefined): boolean {
  return payload?.block.type === 'thinking' || payload?.block.type === 'redacted_thinking'
}

/** Whether each call of a server tool has its result: only a message that is to be gone on with may lack the last one. */
function isAnswered(payloads: readonly (NativePayload | undefined)[], isLast: boolean): boolean {
  const results = new Set(payloads.map((payload) => payload?.block.tool_use_id))
  const open = payloads.filter((payload) => isServerCall(payload) && !results.has(payload?.block.id))
  return open.length === 0 || (isLast && open.length === 1 && open[0] === payloads.at(-1))
}

function isServerCall(payload: NativePayload | undefined): boolean {
  return payload?.block.type === 'server_tool_use' || payload?.block.type === 'mcp_tool_use'
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

import { objectIn, textIn } from '@geppetto/engine'
import type { JsonObject, JsonValue } from '@geppetto/turns'
import { isServerCall, type NativePayload } from './native.ts'

/** The payloads of one provider message, in order. */
export type Message = ReadonlyMap<string, NativePayload>

/** What another message may have to have: the call with an id, or what closes it. */
type Half = `call ${string}` | `end ${string}`

/**
 * The messages whose server tools have all their calls and results. Calls of the newest message may still be open, as may the one that runs a
 * program which called us from there: the provider goes on with them. A paused message ends with a call whose result begins the next one, so that leaving one
 * out may leave another without its half, and so on: each is looked at again only when it loses one.
 */
export function withoutHalves(messages: readonly Message[], newest: string | undefined): readonly Message[] {
  const count = new Map<Half, number>()
  const needing = new Map<Half, Message[]>()
  for (const message of messages) {
    const isNewest = newest !== undefined && message.has(newest)
    for (const half of halvesIn(message, isNewest)) count.set(half, (count.get(half) ?? 0) + 1)
    for (const half of neededBy(message)) {
      const others = needing.get(half)
      if (others === undefined) needing.set(half, [message])
      else others.push(message)
    }
  }
  const left = new Set<Message>()
  const waiting = messages.filter((message) => neededBy(message).some((half) => !count.has(half)))
  for (let message = waiting.pop(); message !== undefined; message = waiting.pop()) {
    if (left.has(message)) continue
    left.add(message)
    for (const half of halvesIn(message, newest !== undefined && message.has(newest))) {
      const others = (count.get(half) ?? 0) - 1
      count.set(half, others)
      if (others === 0) waiting.push(...(needing.get(half) ?? []))
    }
  }
  return messages.filter((message) => !left.has(message))
}

/** What a message has of its server tools. */
function halvesIn(message: Message, isNewest: boolean): readonly Half[] {
  return [...message.values()].flatMap(({ block }): readonly Half[] => {
    const { id, tool_use_id: answered } = block
    const own: Half[] = isServerCall(block)
      ? [`call ${named(id)}`]
      : answered === undefined
        ? []
        : [`end ${named(answered)}`]
    return isNewest ? [...own, `end ${named(isServerCall(block) ? id : callerOf(block))}`] : own
  })
}

function neededBy(message: Message): readonly Half[] {
  return [...message.values()].flatMap(({ block }): readonly Half[] => {
    if (isServerCall(block)) return [`end ${named(block.id)}`]
    const half = block.tool_use_id ?? callerOf(block)
    return half === undefined ? [] : [`call ${named(half)}`]
  })
}

function named(id: JsonValue | undefined): string {
  return JSON.stringify(id ?? null)
}

/** The server's call whose program made this call. */
function callerOf(block: JsonObject): string | undefined {
  return textIn(objectIn(block, 'caller'), 'tool_id')
}

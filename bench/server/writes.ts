import type { Answer } from '../wire/answer.ts'
import { formats } from '../wire/format.ts'
import type { Api } from '../wire/scenario.ts'

const made = new Map<string, readonly Buffer[]>()

/** The network writes of an answer. Kept for the next request, so that making them is no part of what is measured. */
export function writesOf(api: Api, answer: Answer, writeSize: number): readonly Buffer[] {
  const key = JSON.stringify([api, answer, writeSize])
  const known = made.get(key)
  if (known !== undefined) return known
  const events = formats[api].events(answer)
  const writes =
    writeSize === 0 ? events.map((event) => Buffer.from(event)) : cut(Buffer.from(events.join('')), writeSize)
  made.set(key, writes)
  return writes
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, index * size + size))
}

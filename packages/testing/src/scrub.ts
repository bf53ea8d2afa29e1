import { isJsonObject } from '@geppetto/turns'
import type { Cassette, RecordedExchange } from './cassette.ts'
import { ReplayError } from './replay-error.ts'
import { chunkBytes, chunksOf, toChunk, type WireAnswer, type WireChunk } from './wire-exchange.ts'

/** Takes secrets out of a text: a whole response body, or any text of a request, an error, or a tool's input and output. */
export type Scrub = (text: string) => string

/** The value with every text in it scrubbed, names too. */
export function scrubJson<T>(value: T, scrub: Scrub): T {
  // True because only what is a secret changes, and no field of ours is named as one.
  return scrubValue(value, scrub) as T
}

function scrubValue(value: unknown, scrub: Scrub): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, scrub))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [scrub(name), scrubValue(item, scrub)]))
}

/** @throws ReplayError `unrecordable` when a body is no text. */
export function scrubCassette(cassette: Cassette, scrub: Scrub): Cassette {
  return {
    ...cassette,
    exchanges: cassette.exchanges.map((exchange) => scrubExchange(exchange, scrub)),
    toolCalls: cassette.toolCalls.map((call) => ({ ...scrubJson(call, scrub), name: call.name })),
  }
}

function scrubExchange(exchange: RecordedExchange, scrub: Scrub): RecordedExchange {
  const { request, response, failure } = exchange
  const { method, path, body } = request
  return {
    ...exchange,
    request: { method, path: scrub(path), body: scrubJson(body, scrub) },
    ...(response === undefined ? undefined : { response: scrubAnswer(response, scrub) }),
    ...(failure === undefined ? undefined : { failure: scrubJson(failure, scrub) }),
  }
}

function scrubAnswer(answer: WireAnswer, scrub: Scrub): WireAnswer {
  const { headers, end } = answer
  return {
    ...answer,
    ...(headers === undefined ? undefined : { headers: scrubJson(headers, scrub) }),
    body: scrubChunks(chunksOf(answer), scrub),
    ...(end?.error === undefined ? undefined : { end: { ...end, error: scrubJson(end.error, scrub) } }),
  }
}

/** Scrubs the body as one text, since a secret may lie across pieces, and cuts it where it was cut before. */
function scrubChunks(chunks: readonly WireChunk[], scrub: Scrub): readonly WireChunk[] {
  const pieces = chunks.map(chunkBytes)
  const before = join(pieces)
  const after = new TextEncoder().encode(scrub(decode(before)))
  if (isSame(before, after)) return chunks
  const place = createPlaces(before, after)
  let end = 0
  return chunks.map((chunk, index) => {
    const start = end
    end += pieces[index]?.length ?? 0
    return toChunk(after.subarray(place(start), place(end)), chunk.atMs ?? 0)
  })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new ReplayError('unrecordable', 'a response body is no UTF-8 text, so secrets cannot be taken out of it', {
      cause,
    })
  }
}

/** Where a place of `before` is in `after`: the same at both ends, in proportion where they differ. */
function createPlaces(before: Uint8Array, after: Uint8Array): (place: number) => number {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const changed = before.length - head - tail
  const scale = changed === 0 ? 0 : (after.length - head - tail) / changed
  return (place) => {
    if (place <= head) return place
    if (place >= before.length - tail) return place + after.length - before.length
    return head + Math.round((place - head) * scale)
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

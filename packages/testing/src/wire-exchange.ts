import type { ErrorData } from '@geppetto/turns'
import type { WireFault } from './wire-fault.ts'

/**
 * One request and what answers it, as plain JSON. A recording in the form `{ request: { method, path, body }, response: { status,
 * contentType, body } }` is one, and so is an exchange of a {@link Cassette}; fields that are not named here are passed over.
 */
export interface WireExchange {
  /** What has to be asked; what is left out may be anything. */
  readonly request?: WireRequest | null
  /** Left out: the connection is reset without an answer. */
  readonly response?: WireAnswer
  /** What goes wrong with the response, one after the other. */
  readonly faults?: readonly WireFault[]
}

/** A request that is expected. */
export interface WireRequest {
  readonly method?: string
  /** With its query. */
  readonly path?: string
  /** JSON data, compared by meaning: the order of fields does not matter. A body that is no JSON is its text. */
  readonly body?: unknown
}

/** A response. All times are milliseconds since the request; without one, at once. */
export interface WireAnswer {
  /** When the headers come. */
  readonly atMs?: number
  /** Default 200. */
  readonly status?: number
  /** The header `content-type`. */
  readonly contentType?: string
  /** Other headers, with names in lower case. */
  readonly headers?: { readonly [name: string]: string }
  /** A text comes in one piece. */
  readonly body?: string | readonly WireChunk[]
  /** Default: `whole`. */
  readonly end?: WireEnd
}

/** A piece of a body: text, or bytes that are no UTF-8 by themselves. */
export interface WireChunk {
  readonly atMs?: number
  readonly text?: string
  readonly base64?: string
}

/** How a body ends: as it should; by a broken connection; or not at all, because the client left first. */
export interface WireEnd {
  readonly kind: 'whole' | 'broken' | 'left'
  readonly atMs?: number
  /** What reading it threw. */
  readonly error?: ErrorData
}

/** The pieces of an answer's body. */
export function chunksOf({ body = [] }: WireAnswer): readonly WireChunk[] {
  return typeof body === 'string' ? [{ text: body }] : body
}

/** The bytes of a piece. */
export function chunkBytes({ text, base64 }: WireChunk): Uint8Array {
  if (base64 !== undefined) return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new TextEncoder().encode(text)
}

/** The bytes as a piece, readable where they can be. */
export function toChunk(bytes: Uint8Array, atMs: number): WireChunk {
  try {
    // A byte order mark is part of what was sent.
    return { atMs, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    // No UTF-8 by itself: a character was split, or it never was text.
    return { atMs, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) }
  }
}

/** The answer's headers, looked up as a client does. */
export function headerOf({ contentType, headers = {} }: WireAnswer, name: string): string | null {
  const key = name.toLowerCase()
  return headers[key] ?? (key === 'content-type' ? (contentType ?? null) : null)
}

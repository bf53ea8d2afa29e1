import { type Lease, SessionError, type StoredEvent, type StoredNote, type StoredRecord } from '@geppetto/session'
import { isJsonObject, type JsonObject } from '@geppetto/turns'

/** A lease as the store judges it. */
export interface Holding extends Lease {
  readonly runId: string
  readonly cancelReason?: string
}

/** All that is kept of a session. What is thrown away keeps its numbers: an old lease must not become good again. */
export interface SessionDocument {
  readonly sessionId: string
  readonly records: readonly StoredRecord[]
  readonly events: readonly StoredEvent[]
  readonly notes: readonly StoredNote[]
  /** Base64 by hash. */
  readonly blobs: Readonly<Record<string, string>>
  readonly holding?: Holding
  readonly lastToken: number
  readonly lastNote: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What is kept of a session of which nothing was. */
export function emptyDocument(sessionId: string): SessionDocument {
  const numbers = { lastToken: 0, lastNote: 0, createdAt: 0, updatedAt: 0 }
  return { sessionId, records: [], events: [], notes: [], blobs: {}, ...numbers }
}

/** The document in a text. @throws SessionError `store_failed` when it is none. */
export function readDocument(text: string): SessionDocument {
  const value: unknown = parse(text)
  if (isDocument(value)) return value
  throw new SessionError('store_failed', 'what is kept of a session is damaged')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SessionError('store_failed', 'what is kept of a session is no JSON', { cause })
  }
}

function isDocument(value: unknown): value is SessionDocument {
  return (
    isJsonObject(value) &&
    hasTexts(value, ['sessionId']) &&
    hasNumbers(value, ['lastToken', 'lastNote', 'createdAt', 'updatedAt']) &&
    isListOf(value['records'], isStoredRecord) &&
    isListOf(value['events'], isStoredEvent) &&
    isListOf(value['notes'], isStoredNote) &&
    isJsonObject(value['blobs']) &&
    Object.values(value['blobs']).every((blob) => typeof blob === 'string') &&
    (value['holding'] === undefined || isHolding(value['holding']))
  )
}

function isStoredRecord(value: unknown): boolean {
  return isJsonObject(value) && hasTexts(value, ['type']) && hasNumbers(value, ['v'])
}

function isStoredEvent(value: unknown): boolean {
  return isJsonObject(value) && hasNumbers(value, ['epoch', 'seq']) && isJsonObject(value['event'])
}

function isStoredNote(value: unknown): boolean {
  return isJsonObject(value) && hasNumbers(value, ['number']) && isStoredRecord(value['note'])
}

function isHolding(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    hasTexts(value, ['sessionId', 'holder', 'runId']) &&
    hasNumbers(value, ['token', 'expiresAt'])
  )
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function hasTexts(value: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string')
}

function hasNumbers(value: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'number')
}

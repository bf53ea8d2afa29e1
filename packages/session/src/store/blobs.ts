import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { StoredBlob } from '../contract/store.ts'
import { fromBase64, toBase64 } from './base64.ts'

/** JSON whose media stand elsewhere, and the media. */
export interface ExtractedBlobs {
  readonly json: JsonObject
  readonly blobs: readonly StoredBlob[]
}

/** Media of fewer characters stay where they are. */
const minCharacters = 1024

const mediaTypes: readonly unknown[] = ['image', 'file', 'audio']

/**
 * A block, or an event, with references (`{ type: 'blob', hash }`) in place of the large media of its `content`. What is no base64 as it
 * would be made again stays as it is, and so does all of it where nothing can be hashed.
 */
export async function extractBlobs(json: JsonObject): Promise<ExtractedBlobs> {
  const blobs: StoredBlob[] = []
  const extracted = await withSources(json, needsExtraction, async (source) => {
    // Somebody else's reference must not be taken for ours.
    if (source.type === 'blob') return { type: 'blob', literal: source }
    const bytes = typeof source.data === 'string' ? fromBase64(source.data) : undefined
    const hash = bytes && (await hashOf(bytes))
    if (bytes === undefined || hash === undefined) return source
    blobs.push({ hash, bytes })
    const { data: _, ...others } = source
    return { ...others, type: 'blob', hash }
  })
  return { json: extracted, blobs }
}

/** The block or event as it was: `readBlob` gives the base64 of a hash. @throws SessionError `invalid_stored_session` for a reference that is none */
export async function restoreBlobs(json: JsonObject, readBlob: (hash: string) => Promise<string>): Promise<JsonObject> {
  return withSources(json, isReference, async (source) => {
    const { literal, hash, ...others } = source
    if (isJsonObject(literal)) return literal
    if (typeof hash !== 'string')
      throw new SessionError('invalid_stored_session', 'a reference to media has no hash', { field: 'hash' })
    return { ...others, type: 'base64', data: await readBlob(hash) }
  })
}

/** The block or event with a text in place of each of its media that is lost. */
export function withoutMedia(json: JsonObject, lost: ReadonlySet<string>): JsonObject {
  if (!referredHashes(json).some((hash) => lost.has(hash))) return json
  const content = contentOf(json).map((part): JsonValue => {
    const hash = sourceOf(part)?.hash
    const isLost = typeof hash === 'string' && lost.has(hash)
    return isLost && isJsonObject(part) ? { type: 'text', text: `[${part.type} lost: ${hash} was damaged]` } : part
  })
  return { ...json, content }
}

/** Whether {@link extractBlobs} would change something, or might. */
export function hasLargeMedia(json: JsonObject): boolean {
  return hasSource(json, needsExtraction)
}

/** Whether {@link restoreBlobs} has something to do. */
export function hasReferences(json: JsonObject): boolean {
  return hasSource(json, isReference)
}

/** The hashes that the block or event refers to. */
export function referredHashes(json: JsonObject): readonly string[] {
  return contentOf(json).flatMap((part) => {
    const source = sourceOf(part)
    return source !== undefined && isReference(source) && typeof source.hash === 'string' ? [source.hash] : []
  })
}

/** The hash by which bytes are kept; undefined where there is nothing to make it with, as on a page that came without TLS. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) return undefined
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes))
  return `sha256-${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

const hint = 'restore a backup, or export the session and import that with allowChanges, which goes on without'

/** Gives the base64 of hashes, each read once. What is missing or damaged is an error that names the hash. */
export function createBlobReader(
  read: (hash: string) => Promise<Uint8Array | undefined>,
): (hash: string) => Promise<string> {
  const known = new Map<string, Promise<string>>()
  const readNew = async (hash: string): Promise<string> => {
    const bytes = await read(hash)
    if (bytes === undefined) throw new SessionError('invalid_stored_session', `the blob ${hash} is missing: ${hint}`)
    const copy = new Uint8Array(bytes)
    if (((await hashOf(copy)) ?? hash) === hash) return toBase64(copy)
    throw new SessionError(
      'invalid_stored_session',
      `the blob ${hash} is damaged, its bytes have another hash: ${hint}`,
    )
  }
  return (hash) => {
    const text = known.get(hash) ?? readNew(hash)
    known.set(hash, text)
    return text
  }
}

function needsExtraction(source: JsonObject): boolean {
  if (source.type === 'blob') return true
  // Fields of a later version that have the names of ours.
  if ('hash' in source || 'literal' in source) return false
  return source.type === 'base64' && typeof source.data === 'string' && source.data.length > minCharacters
}

function isReference(source: JsonObject): boolean {
  return source.type === 'blob'
}

function contentOf({ content }: JsonObject): readonly JsonValue[] {
  return Array.isArray(content) ? content : []
}

function sourceOf(part: JsonValue): JsonObject | undefined {
  return isJsonObject(part) && mediaTypes.includes(part.type) && isJsonObject(part.source) ? part.source : undefined
}

function hasSource(json: JsonObject, isMeant: (source: JsonObject) => boolean): boolean {
  return (
    json.content !== undefined &&
    contentOf(json).some((part) => {
      const source = sourceOf(part)
      return source !== undefined && isMeant(source)
    })
  )
}

/** The same with other sources in its content, where they are meant. */
async function withSources(
  json: JsonObject,
  isMeant: (source: JsonObject) => boolean,
  change: (source: JsonObject) => Promise<JsonObject>,
): Promise<JsonObject> {
  if (!hasSource(json, isMeant)) return json
  const content: JsonValue[] = []
  for (const part of contentOf(json)) {
    const source = sourceOf(part)
    const isPlain = source === undefined || !isJsonObject(part) || !isMeant(source)
    content.push(isPlain ? part : { ...part, source: await change(source) })
  }
  return { ...json, content }
}

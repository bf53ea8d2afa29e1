import { sourceOf } from '../import/media.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'

/** A text; YAML has a number or a truth value where somebody forgot the quotes. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

/** What a user says: Go has a text, and images behind it. */
export function contentFromGo(payload: JsonObject): readonly JsonValue[] {
  const text = textOf(payload.text) ?? ''
  const images: readonly JsonValue[] = Array.isArray(payload.images) ? payload.images : []
  const parts = images.flatMap((image) => (isJsonObject(image) ? imageFromGo(image) : []))
  return text === '' && parts.length > 0 ? parts : [{ type: 'text', text }, ...parts]
}

export function contentToGo(content: JsonValue | undefined): JsonObject {
  const parts: readonly JsonValue[] = Array.isArray(content) ? content : []
  const texts = textsOf(parts)
  const images = parts.flatMap((part) => (isJsonObject(part) && part.type === 'image' ? imageToGo(part) : []))
  return {
    ...(texts.length === 0 ? undefined : { text: texts.join('\n') }),
    ...(images.length === 0 ? undefined : { images }),
  }
}

function imageFromGo(image: JsonObject): readonly JsonObject[] {
  const { url: address, image_url: older, file_id: fileId, content, media_type: type, detail } = image
  const url = typeof address === 'string' && address !== '' ? address : older
  const facts = {
    ...(typeof type === 'string' ? { mediaType: type } : undefined),
    ...(detail === 'auto' || detail === 'low' || detail === 'high' ? { detail } : undefined),
  }
  if (typeof url === 'string' && url.trim() !== '')
    return [{ type: 'image', ...facts, ...sourceOf(url) } as const].map(plain)
  if (typeof fileId === 'string' && fileId.trim() !== '')
    return [{ type: 'image', source: { type: 'provider-file', api: 'openai-responses', fileId }, ...facts }]
  const data = typeof content === 'string' ? content : bytesText(content)
  if (data === undefined || data === '') return []
  const held = sourceOf(data)
  const source = held.source.type === 'url' ? { source: { type: 'base64', data } } : held
  return [{ type: 'image', ...facts, ...source } as const].map(plain)
}

/** The same, as data. */
function plain(image: object): JsonObject {
  return { ...image }
}

function imageToGo(image: JsonObject): readonly JsonObject[] {
  const { source, mediaType, detail } = image
  if (!isJsonObject(source)) return []
  const facts = {
    ...(mediaType === undefined ? undefined : { media_type: mediaType }),
    ...(detail === undefined ? undefined : { detail }),
  }
  if (source.type === 'url') return [{ ...facts, url: source.url }]
  return source.type === 'base64' ? [{ ...facts, content: source.data }] : [{ ...facts, file_id: source.fileId }]
}

/** Go writes bytes as a list of numbers. */
function bytesText(content: JsonValue | undefined): string | undefined {
  if (!Array.isArray(content)) return undefined
  const bytes: readonly JsonValue[] = content
  if (!bytes.every((byte) => typeof byte === 'number' && Number.isInteger(byte) && byte >= 0 && byte < 256))
    return undefined
  return btoa(bytes.map((byte) => String.fromCharCode(Number(byte))).join(''))
}

/** What came of a call: Go has a result of any form, and the text of an error. */
export function resultFromGo(payload: JsonObject): JsonObject {
  const error = textOf(payload.error) ?? ''
  const { result } = payload
  const text = result === undefined || result === null ? undefined : (textOf(result) ?? JSON.stringify(result))
  const texts = [
    ...(error === '' ? [] : [error]),
    ...(text === undefined || (text === '' && error !== '') ? [] : [text]),
  ]
  return { outcome: error === '' ? 'ok' : 'error', content: texts.map((one) => ({ type: 'text', text: one })) }
}

export function resultToGo({ outcome, content }: JsonObject): JsonObject {
  const parts: readonly JsonValue[] = Array.isArray(content) ? content : []
  const texts = textsOf(parts)
  if (outcome === 'ok') return { result: texts.length === 0 ? null : texts.join('\n') }
  // Go knows no other end of a call than success and error.
  return { result: null, error: texts.join('\n') || String(outcome) }
}

function textsOf(parts: readonly JsonValue[]): readonly string[] {
  return parts.flatMap((part) => (isJsonObject(part) && part.type === 'text' ? String(part.text) : []))
}

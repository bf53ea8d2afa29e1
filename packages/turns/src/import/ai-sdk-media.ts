import type { ContentPart, MediaSource } from '../content.ts'
import { defined } from '../errors.ts'
import { type Fields, fieldsOf, filledIn } from './fields.ts'
import { base64OfBytes, mediaPart, sourceOf } from './media.ts'

/** A file as the AI SDK has it, in any of its versions. */
export function readSDKFile(part: Fields): ContentPart | undefined {
  const given = filledIn(part, 'mediaType') ?? filledIn(part, 'mimeType') ?? filledIn(part, 'contentType')
  const name = filledIn(part, 'filename') ?? filledIn(part, 'name')
  const found = dataSource(part.url ?? part.data ?? part.image)
  if (found === undefined) return undefined
  const mediaType = given ?? found.mediaType
  // `image/*` and the like say what it is, and not which.
  const exact = mediaType?.endsWith('/*') ? undefined : mediaType
  if (part.type === 'image' || mediaType?.startsWith('image/'))
    return { type: 'image', source: found.source, ...defined({ mediaType: exact }) }
  return mediaPart(found.source, exact, name)
}

/** Where the data are: an address, bytes, or bytes in base64. */
function dataSource(data: unknown): { readonly source: MediaSource; readonly mediaType?: string } | undefined {
  if (data instanceof URL) return sourceOf(data.href)
  if (data instanceof Uint8Array) return { source: { type: 'base64', data: base64OfBytes(data) } }
  if (data instanceof ArrayBuffer) return dataSource(new Uint8Array(data))
  // A Buffer after it was JSON.
  const bytes = fieldsOf(data)?.data
  if (Array.isArray(bytes)) return dataSource(Uint8Array.from(bytes, Number))
  if (typeof data !== 'string' || data === '') return undefined
  return /^[a-z][a-z0-9+.-]*:/i.test(data) ? sourceOf(data) : { source: { type: 'base64', data } }
}

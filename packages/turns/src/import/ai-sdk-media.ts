import type { ContentPart, MediaSource } from '../content.ts'
import { defined } from '../errors.ts'
import { type Fields, fieldsOf, filledIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { base64OfBytes, base64OfText, mediaPart, sourceOf } from './media.ts'

/** Where data are, with their type where they say so themselves. */
interface FoundData {
  readonly source: MediaSource
  readonly mediaType?: string
}

/** A file as the AI SDK has it, in any of its versions; undefined where it says of no data where they are. */
export function readSDKFile(
  builder: ImportBuilder,
  part: Fields,
  path: string,
  type: unknown = part.type,
): ContentPart | undefined {
  const given = filledIn(part, 'mediaType') ?? filledIn(part, 'mimeType') ?? filledIn(part, 'contentType')
  const name = filledIn(part, 'filename') ?? filledIn(part, 'name')
  const found = dataSource(part.url ?? part.data ?? part.image) ?? referred(part.providerReference)
  if (found === undefined) return undefined
  const mediaType = given ?? found.mediaType
  // `image/*` and the like say what it is, and not which.
  const exact = mediaType?.endsWith('/*') ? undefined : mediaType
  if (type === 'image' || mediaType?.startsWith('image/')) {
    builder.loseFilled(path, { filename: name })
    return { type: 'image', source: found.source, ...defined({ mediaType: exact }) }
  }
  const file = mediaPart(found.source, exact, name)
  if (file.type !== 'file') builder.loseFilled(path, { filename: name })
  return file
}

/** A file that providers keep, each under its own name for it: the first whose API is known. */
export function keptSource(reference: unknown): MediaSource | undefined {
  const fields = fieldsOf(reference)
  for (const [provider, api] of Object.entries(apis)) {
    const fileId = filledIn(fields, provider)
    if (fileId !== undefined) return { type: 'provider-file', api, fileId }
  }
  return undefined
}

const apis: Readonly<Record<string, string>> = { anthropic: 'anthropic-messages', openai: 'openai-responses' }

/** Where the data are: an address, bytes, bytes in base64, a text, or a provider that keeps them. */
function dataSource(data: unknown): FoundData | undefined {
  if (data instanceof URL) return sourceOf(data.href)
  if (data instanceof Uint8Array) return { source: { type: 'base64', data: base64OfBytes(data) } }
  if (data instanceof ArrayBuffer) return dataSource(new Uint8Array(data))
  if (typeof data === 'string') {
    if (data === '') return undefined
    return /^[a-z][a-z0-9+.-]*:/i.test(data) ? sourceOf(data) : { source: { type: 'base64', data } }
  }
  const fields = fieldsOf(data)
  switch (fields?.type) {
    // As version 7 tags them.
    case 'data':
      return dataSource(fields.data)
    case 'url':
      return dataSource(fields.originalUrl ?? fields.url)
    case 'text':
      return { source: { type: 'base64', data: base64OfText(textIn(fields, 'text') ?? '') }, mediaType: 'text/plain' }
    case 'reference':
      return referred(fields.reference)
  }
  // A Buffer after it was JSON.
  return Array.isArray(fields?.data) ? dataSource(Uint8Array.from(fields.data, Number)) : referred(data)
}

function referred(reference: unknown): FoundData | undefined {
  const source = keptSource(reference)
  return source && { source }
}

import type { ContentPart } from '../content.ts'
import { defined } from '../errors.ts'
import { losePart, readContent } from './content-list.ts'
import { type Fields, fieldsIn, filledIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { base64OfText } from './media.ts'

/** What a user says or a tool returns, of one content block. */
export function readAnthropicPart(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    case 'image':
      return readMedia(builder, part, path, 'image')
    case 'document':
      return readDocument(builder, part, path)
    case 'search_result':
      return readSearchResult(builder, part, path)
    default:
      return losePart(builder, part, path)
  }
}

function readDocument(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  const source = fieldsIn(part, 'source')
  if (source?.type !== 'content') return readMedia(builder, part, path, 'file')
  // It is made of parts: what they say stays.
  return readInner(builder, source.content, `${path}.source.content`, filledIn(part, 'title'))
}

/** A page that was found, as a text that says where it is. */
function readSearchResult(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  builder.remark(path, 'a search result is told as a text')
  const title = [textIn(part, 'title'), textIn(part, 'source')].filter((line) => line !== undefined).join('\n')
  return readInner(builder, part.content, `${path}.content`, title)
}

function readInner(builder: ImportBuilder, content: unknown, path: string, title: string | undefined): ContentPart {
  const parts = readContent(content, path, builder, (inner, place) =>
    inner.type === 'text' ? readAnthropicPart(builder, inner, place) : losePart(builder, inner, place),
  )
  const texts = parts.flatMap((inner) => (inner.type === 'text' ? [inner.text] : []))
  return { type: 'text', text: [...(title === undefined ? [] : [title]), ...texts].join('\n') }
}

function readMedia(
  builder: ImportBuilder,
  part: Fields,
  path: string,
  type: 'image' | 'file',
): ContentPart | undefined {
  const source = fieldsIn(part, 'source')
  const facts = type === 'file' ? defined({ name: filledIn(part, 'title') }) : {}
  const url = source?.type === 'url' ? filledIn(source, 'url') : undefined
  if (url !== undefined) return { type, source: { type: 'url', url }, ...facts }
  const fileId = source?.type === 'file' ? filledIn(source, 'file_id') : undefined
  if (fileId !== undefined)
    return { type, source: { type: 'provider-file', api: 'anthropic-messages', fileId }, ...facts }
  const holdsData = source?.type === 'base64' || (source?.type === 'text' && type === 'file')
  const data = holdsData ? textIn(source, 'data') : undefined
  const mediaType = data === undefined ? undefined : filledIn(source, 'media_type')
  if (source?.type === 'base64' && data !== undefined)
    return { type, source: { type: 'base64', data }, ...defined({ mediaType }), ...facts }
  // A document of text is text on the wire; our file holds bytes.
  if (data !== undefined)
    return {
      type,
      source: { type: 'base64', data: base64OfText(data) },
      mediaType: mediaType ?? 'text/plain',
      ...facts,
    }
  builder.lose(`${path}.source`, 'nobody knows where its data are')
  return undefined
}

import type { ContentPart, MediaSource } from '../content.ts'
import { defined } from '../errors.ts'
import { losePart } from './content-list.ts'
import { choiceIn, type Fields, filledIn, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { details, sourceOf } from './media.ts'

/** What a user says or a tool returns, of one part. */
export function readResponsesPart(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: textIn(part, 'text') ?? '' }
    case 'input_image':
    case 'computer_screenshot':
      return readImage(builder, part, path)
    case 'input_file':
      return readFile(builder, part, path)
    default:
      return losePart(builder, part, path)
  }
}

function readImage(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  const detail = choiceIn(part, 'detail', details)
  const url = filledIn(part, 'image_url')
  const found = url === undefined ? keptFile(part) : sourceOf(url)
  return found === undefined ? losePart(builder, part, path) : { type: 'image', ...found, ...defined({ detail }) }
}

function readFile(builder: ImportBuilder, part: Fields, path: string): ContentPart | undefined {
  const name = defined({ name: filledIn(part, 'filename') })
  const url = filledIn(part, 'file_url')
  if (url !== undefined) return { type: 'file', source: { type: 'url', url }, ...name }
  const data = filledIn(part, 'file_data')
  if (data === undefined) {
    const kept = keptFile(part)
    return kept === undefined ? losePart(builder, part, path) : { type: 'file', ...kept, ...name }
  }
  const { source, mediaType } = sourceOf(data)
  // Without a type before them, they are the bytes alone.
  const bytes: MediaSource = source.type === 'url' ? { type: 'base64', data } : source
  return { type: 'file', source: bytes, ...defined({ mediaType }), ...name }
}

function keptFile(part: Fields): { readonly source: MediaSource } | undefined {
  const fileId = filledIn(part, 'file_id')
  return fileId === undefined ? undefined : { source: { type: 'provider-file', api: 'openai-responses', fileId } }
}

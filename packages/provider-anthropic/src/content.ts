import { imageTypeOf, imageTypes, unsupported } from '@geppetto/engine'
import type { Block, ContentPart, FilePart, ImagePart, JsonObject, MediaSource } from '@geppetto/turns'
import { api } from './api.ts'

/** A part of what a user says or a tool returns as a content block. Undefined for a text that says nothing. @throws EngineError `unsupported` */
export function toContentBlock(part: ContentPart, block: Block): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      // The API refuses texts of white space alone.
      return part.text.trim() === '' ? undefined : { type: 'text', text: part.text }
    case 'image':
      return imageBlock(part, block)
    case 'file':
      return fileBlock(part, block)
    case 'audio':
      throw unsupported('it holds audio, which Anthropic takes none of', block)
  }
}

function imageBlock({ source, mediaType }: Pick<ImagePart, 'source' | 'mediaType'>, block: Block): JsonObject {
  const media = inlined(source, mediaType)
  if (media.source.type === 'provider-file') return { type: 'image', source: fileSource(media.source, block) }
  if (media.source.type === 'url') return { type: 'image', source: { type: 'url', url: media.source.url } }
  const { data } = media.source
  const type = imageTypeOf(media.mediaType, data)
  if (type === undefined || !imageTypes.has(type))
    throw unsupported(`it holds an image of type ${type ?? 'unknown'}: Anthropic takes PNG, JPEG, GIF and WebP`, block)
  return { type: 'image', source: { type: 'base64', media_type: type, data } }
}

function fileBlock(part: FilePart, block: Block): JsonObject {
  const { source, mediaType } = inlined(part.source, part.mediaType)
  if (mediaType !== undefined && imageTypes.has(imageTypeOf(mediaType) ?? ''))
    return imageBlock({ source, mediaType }, block)
  const title = part.name === undefined ? undefined : { title: part.name }
  if (source.type === 'provider-file') return { type: 'document', source: fileSource(source, block), ...title }
  const isPdf = mediaType === 'application/pdf'
  if (source.type === 'url') {
    if (!isPdf && mediaType !== undefined)
      throw unsupported(`it holds a ${mediaType} by its address: give its bytes`, block)
    return { type: 'document', source: { type: 'url', url: source.url }, ...title }
  }
  if (isPdf || (mediaType === undefined && source.data.startsWith('JVBERi'))) {
    return {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: source.data },
      ...title,
    }
  }
  if (mediaType === undefined || !isText(mediaType))
    throw unsupported(`it holds a file of type ${mediaType ?? 'unknown'}: Anthropic takes PDF and text`, block)
  const data = decodeText(source.data)
  // The API refuses a document that says nothing.
  if (data.trim() === '') return { type: 'text', text: `The file ${part.name ?? ''} is empty.` }
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title }
}

function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') || ['application/json', 'application/xml', 'application/yaml'].includes(mediaType)
  )
}

function decodeText(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
}

/** An address that holds the bytes itself, as those bytes. */
function inlined(source: MediaSource, mediaType: string | undefined): { source: MediaSource; mediaType?: string } {
  const match = source.type === 'url' ? /^data:([^;,]+)(?:;[^;,]+)*;base64,(.*)$/s.exec(source.url) : null
  const [, type, data] = match ?? []
  if (type !== undefined && data !== undefined)
    return { source: { type: 'base64', data }, mediaType: mediaType ?? type.toLowerCase() }
  return { source, ...(mediaType === undefined ? undefined : { mediaType: mediaType.toLowerCase() }) }
}

function fileSource(source: MediaSource & { type: 'provider-file' }, block: Block): JsonObject {
  if (source.api === api) return { type: 'file', file_id: source.fileId }
  throw unsupported(`it holds a file that ${source.api} keeps: upload it to Anthropic, or give its bytes`, block)
}

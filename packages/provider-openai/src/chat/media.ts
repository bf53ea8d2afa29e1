import { unsupported } from '@geppetto/engine'
import type { AudioPart, Block, FilePart, ImagePart, JsonObject, MediaSource } from '@geppetto/turns'
import { fileNameOf } from '../file-name.ts'
import { imageDataUrl } from '../image-data.ts'
import { asImage, assertSource, isData, type MediaPart, typeOf } from '../media-source.ts'
import type { HostQuirks } from './hosts.ts'

/** Image, file or audio as the API has it. @throws EngineError `unsupported` when the host cannot take it. */
export function mediaPart(part: MediaPart, block: Block, quirks: HostQuirks): JsonObject {
  assertSource(part, block)
  const image = part.type === 'file' && part.source.type !== 'provider-file' ? asImage(part) : undefined
  return knownPart(image ?? part, block, quirks)
}

function knownPart(part: MediaPart, block: Block, { media, imageByUrl }: HostQuirks): JsonObject {
  if (!media.includes(part.type)) throw unsupported(`the host takes no ${part.type} parts`, block)
  switch (part.type) {
    case 'image':
      return imagePart(part, block, imageByUrl)
    case 'file':
      return filePart(part, block)
    case 'audio':
      return audioPart(part, block)
  }
}

function imagePart(image: ImagePart, block: Block, imageByUrl: boolean): JsonObject {
  const { source, detail } = image
  if (source.type === 'provider-file') throw unsupported('Chat Completions takes no images by file id', block)
  if (source.type === 'url' && !imageByUrl && !isData(source.url))
    throw unsupported('the host fetches no images: send their bytes', block)
  const url = source.type === 'url' ? source.url : imageDataUrl(source.data, image, block)
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? undefined : { detail }) } }
}

function filePart({ source, mediaType, name }: FilePart, block: Block): JsonObject {
  switch (source.type) {
    case 'url':
      if (isData(source.url))
        return { type: 'file', file: { filename: fileNameOf(name, typeOf(source.url)), file_data: source.url } }
      throw unsupported('Chat Completions takes no files by their address: send their bytes', block)
    case 'provider-file':
      if (!source.api.startsWith('openai-')) throw unsupported(`the file is kept by ${source.api}`, block)
      return { type: 'file', file: { file_id: source.fileId } }
    case 'base64':
      return {
        type: 'file',
        file: { filename: fileNameOf(name, mediaType), file_data: dataUrl(source, mediaType, block) },
      }
  }
}

function audioPart({ source, mediaType }: AudioPart, block: Block): JsonObject {
  if (source.type !== 'base64') throw unsupported('Chat Completions takes audio only by its bytes', block)
  const format = audioFormats[mediaType ?? '']
  if (format === undefined) throw unsupported(`audio must be audio/wav or audio/mpeg, not ${mediaType}`, block)
  return { type: 'input_audio', input_audio: { data: source.data, format } }
}

const audioFormats: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
}

function dataUrl(
  source: Extract<MediaSource, { type: 'base64' }>,
  mediaType: string | undefined,
  block: Block,
): string {
  if (mediaType === undefined) throw unsupported('bytes need a mediaType, such as application/pdf', block)
  return `data:${mediaType};base64,${source.data}`
}

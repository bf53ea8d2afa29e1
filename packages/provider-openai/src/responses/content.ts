import { unsupported } from '@geppetto/engine'
import type { Block, ContentPart, FilePart, ImagePart, JsonObject, ToolResultBlock, UserBlock } from '@geppetto/turns'
import { fileNameOf } from '../file-name.ts'
import { imageDataUrl } from '../image-data.ts'
import { asImage, assertSource, isData, typeOf } from '../media-source.ts'

/** What a user says, or a tool returns, as input parts. @throws EngineError `unsupported` naming the block. */
export function toInputParts(block: UserBlock | ToolResultBlock): readonly JsonObject[] {
  return block.content.map((part) => toInputPart(part, block))
}

function toInputPart(part: ContentPart, block: Block): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text.toWellFormed() }
    case 'image':
      return imagePart(part, block)
    case 'file': {
      assertSource(part, block)
      const image = asImage(part)
      return image === undefined ? { type: 'input_file', ...fileSource(part, block) } : imagePart(image, block)
    }
    case 'audio':
      throw unsupported('it holds audio: Responses takes text, images and files', block)
  }
}

function imagePart(image: ImagePart, block: Block): JsonObject {
  return { type: 'input_image', detail: image.detail ?? 'auto', ...imageSource(image, block) }
}

/** Where an image comes from, by the names of the API. @throws EngineError `unsupported` */
export function imageSource(image: ImagePart, block: Block): JsonObject {
  const { source } = image
  assertSource(image, block)
  switch (source.type) {
    case 'url':
      return { image_url: source.url }
    case 'provider-file':
      return { file_id: fileId(source, block) }
    case 'base64':
      return { image_url: imageDataUrl(source.data, image, block) }
  }
}

function fileSource({ source, mediaType = 'application/pdf', name }: FilePart, block: Block): JsonObject {
  switch (source.type) {
    case 'url':
      if (isData(source.url)) return { filename: fileNameOf(name, typeOf(source.url)), file_data: source.url }
      return { file_url: source.url }
    case 'provider-file':
      return { file_id: fileId(source, block) }
    case 'base64':
      return { filename: fileNameOf(name, mediaType), file_data: `data:${mediaType};base64,${source.data}` }
  }
}

/** Chat Completions and Responses share their files. */
function fileId(source: { readonly api: string; readonly fileId: string }, block: Block): string {
  if (source.api.startsWith('openai')) return source.fileId
  throw unsupported(`it holds a file that ${source.api} keeps: give its bytes, or an address`, block)
}

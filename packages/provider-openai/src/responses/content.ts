import type { Block, ContentPart, FilePart, ImagePart, JsonObject, ToolResultBlock, UserBlock } from '@geppetto/turns'
import { imageDataUrl } from '../image-data.ts'
import { unsupported } from '../unsupported.ts'

/** What a user says, or a tool returns, as input parts. @throws EngineError `unsupported` naming the block. */
export function toInputParts(block: UserBlock | ToolResultBlock): readonly JsonObject[] {
  return block.content.map((part) => toInputPart(part, block))
}

function toInputPart(part: ContentPart, block: Block): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text.toWellFormed() }
    case 'image':
      return { type: 'input_image', detail: part.detail ?? 'auto', ...imageSource(part, block) }
    case 'file':
      return { type: 'input_file', ...fileSource(part, block) }
    case 'audio':
      throw unsupported('it holds audio: Responses takes text, images and files', block)
  }
}

/** Where an image comes from, by the names of the API. @throws EngineError `unsupported` */
export function imageSource(image: ImagePart, block: Block): JsonObject {
  const { source } = image
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
      return { file_url: source.url }
    case 'provider-file':
      return { file_id: fileId(source, block) }
    case 'base64': {
      // The API asks for a name, and goes by its ending.
      const filename = name?.toWellFormed() ?? `file.${mediaType.replace(/^.*\//, '')}`
      return { filename, file_data: `data:${mediaType};base64,${source.data}` }
    }
  }
}

/** Chat Completions and Responses share their files. */
function fileId(source: { readonly api: string; readonly fileId: string }, block: Block): string {
  if (source.api.startsWith('openai')) return source.fileId
  throw unsupported(`it holds a file that ${source.api} keeps: give its bytes, or an address`, block)
}

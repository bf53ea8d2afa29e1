import type { Block, ContentPart, FilePart, ImagePart, JsonObject, ToolResultBlock, UserBlock } from '@geppetto/turns'
import { unsupported } from '../report.ts'

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
export function imageSource({ source, mediaType }: ImagePart, block: Block): JsonObject {
  switch (source.type) {
    case 'url':
      return { image_url: source.url }
    case 'provider-file':
      return { file_id: fileId(source, block) }
    case 'base64': {
      const type = mediaType?.toLowerCase() ?? sniffImage(source.data)
      const known = type === 'image/jpg' ? 'image/jpeg' : type
      if (known === undefined || !imageTypes.has(known))
        throw unsupported(
          `it holds an image of type ${known ?? 'unknown'}: Responses takes PNG, JPEG, GIF and WebP`,
          block,
        )
      return { image_url: `data:${known};base64,${source.data}` }
    }
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

const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** What the first bytes say, for an image that does not say its type. */
function sniffImage(base64: string): string | undefined {
  if (base64.startsWith('iVBORw0KGgo')) return 'image/png'
  if (base64.startsWith('/9j/')) return 'image/jpeg'
  if (base64.startsWith('R0lGOD')) return 'image/gif'
  return base64.startsWith('UklGR') ? 'image/webp' : undefined
}

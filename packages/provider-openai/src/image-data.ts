import type { Block, ImagePart } from '@geppetto/turns'
import { unsupported } from './unsupported.ts'

const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/**
 * The bytes of an image as a `data:` address. One that does not say its type is known by its first bytes.
 * @throws EngineError `unsupported` naming the block.
 */
export function imageDataUrl(data: string, { mediaType }: ImagePart, block: Block): string {
  const type = mediaType?.toLowerCase() ?? sniffImage(data)
  const known = type === 'image/jpg' ? 'image/jpeg' : type
  if (known === undefined || !imageTypes.has(known))
    throw unsupported(`it holds an image of type ${known ?? 'unknown'}: OpenAI takes PNG, JPEG, GIF and WebP`, block)
  return `data:${known};base64,${data}`
}

function sniffImage(base64: string): string | undefined {
  if (base64.startsWith('iVBORw0KGgo')) return 'image/png'
  if (base64.startsWith('/9j/')) return 'image/jpeg'
  if (base64.startsWith('R0lGOD')) return 'image/gif'
  return base64.startsWith('UklGR') ? 'image/webp' : undefined
}

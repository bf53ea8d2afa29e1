import { imageTypeOf, imageTypes, unsupported } from '@geppetto/engine'
import type { Block, ImagePart } from '@geppetto/turns'

/**
 * The bytes of an image as a `data:` address. One that does not say its type is known by its first bytes.
 * @throws EngineError `unsupported` naming the block.
 */
export function imageDataUrl(data: string, { mediaType }: ImagePart, block: Block): string {
  const type = imageTypeOf(mediaType, data)
  if (type === undefined || !imageTypes.has(type))
    throw unsupported(`it holds an image of type ${type ?? 'unknown'}: OpenAI takes PNG, JPEG, GIF and WebP`, block)
  return `data:${type};base64,${data}`
}

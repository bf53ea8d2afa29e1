import { unsupported } from '@geppetto/engine'
import type { Block, ContentPart, FilePart, ImagePart } from '@geppetto/turns'

/** What is not text. */
export type MediaPart = Exclude<ContentPart, { readonly type: 'text' }>

/** @throws EngineError `unsupported` naming block and part, where its address is none that anybody can fetch. Bytes are looked at before any adapter is asked. */
export function assertSource(part: MediaPart, block: Block): void {
  const { source, type } = part
  const parts: readonly unknown[] = block.kind === 'user' || block.kind === 'tool-result' ? block.content : []
  const name = `the ${type} in content[${parts.indexOf(part)}]`
  if (source.type === 'url' && !/^(?:https?:\/\/|data:)/i.test(source.url))
    throw unsupported(
      `${name} has the address ${JSON.stringify(source.url.slice(0, 80))}: give one that begins with http or data, or the bytes`,
      block,
    )
}

/** A file that is an image is sent as one: as a file the model gets no look at it. */
export function asImage(part: FilePart): ImagePart | undefined {
  const { source, mediaType } = part
  return mediaType !== undefined && /^image\//i.test(mediaType) ? { type: 'image', source, mediaType } : undefined
}

/** Whether an address is the data itself. */
export function isData(url: string): boolean {
  return /^data:/i.test(url)
}

/** The type that a `data:` address states. */
export function typeOf(dataUrl: string): string {
  return dataUrl.slice('data:'.length).split(/[;,]/, 1)[0] ?? ''
}

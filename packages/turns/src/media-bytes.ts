import type { ContentPart } from './content.ts'

/**
 * What is wrong with the bytes of an image, a file or audio, in words that follow the part's name; undefined when nothing is, or it holds none. The one
 * check of base64: makers of blocks refuse what fails it, histories that hold it are diagnosed, and engines do not send it.
 */
export function findBytesProblem(part: ContentPart): string | undefined {
  if (part.type === 'text' || part.source.type !== 'base64') return undefined
  const { data } = part.source
  // Files may be empty, pictures and sounds may not.
  if (data === '') return part.type === 'file' ? undefined : 'has no bytes'
  if (/^\s*data:/i.test(data)) return 'has a data: address where its bytes should be: give what stands behind the comma'
  return isBase64(data) ? undefined : 'has bytes that are no base64'
}

/** The part with bytes that can be read, where they only are written otherwise: behind a `data:` header, in lines, or in the letters of URLs. */
export function mendBytes(part: ContentPart): ContentPart | undefined {
  if (part.type === 'text' || part.source.type !== 'base64') return part
  const [, stated, inside] = /^\s*data:([^;,]*)(?:;[^;,]+)*;base64,(.*)$/is.exec(part.source.data) ?? []
  const data = (inside ?? part.source.data)
    .replace(/[\r\n\t]+/g, '')
    .trim()
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  const mediaType = part.mediaType ?? (stated === '' ? undefined : stated)
  const mended = { ...part, source: { ...part.source, data }, ...(mediaType === undefined ? undefined : { mediaType }) }
  return findBytesProblem(mended) === undefined ? mended : undefined
}

/** With or without padding, as all decoders of the providers take it. Looks for what does not belong there: long texts must not be matched whole. */
function isBase64(data: string): boolean {
  const letters = data.replace(/={1,2}$/, '')
  if (letters === '' || letters.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(letters)) return false
  return letters.length === data.length || data.length % 4 === 0
}

import type { ContentPart, FilePart, MediaSource } from '../content.ts'
import { defined } from '../errors.ts'

/** A text as content; nothing where it is empty. */
export function textContent(text: string | undefined): readonly ContentPart[] {
  return text === undefined || text === '' ? [] : [{ type: 'text', text }]
}

/** Where media are that an address names, or that it holds itself. */
export function sourceOf(address: string): { readonly source: MediaSource; readonly mediaType?: string } {
  const [, mediaType, data] = /^data:([^;,]+)(?:;[^;,]+)*;base64,(.*)$/s.exec(address) ?? []
  if (mediaType === undefined || data === undefined) return { source: { type: 'url', url: address } }
  return { source: { type: 'base64', data }, mediaType }
}

/** An image, audio or other file, by its type. */
export function mediaPart(source: MediaSource, mediaType: string | undefined, name?: string): ContentPart {
  if (mediaType?.startsWith('image/')) return { type: 'image', source, mediaType }
  if (mediaType?.startsWith('audio/')) return { type: 'audio', source, mediaType }
  const file: FilePart = { type: 'file', source, ...defined({ mediaType, name }) }
  return file
}

/** UTF-8 text as the bytes of a file. */
export function base64OfText(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text))
}

export function base64OfBytes(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** The levels of detail that turns know. */
export const details = ['auto', 'low', 'high'] as const

import { open } from 'node:fs/promises'

/** Nobody writes a source of this size by hand: 16 MiB. */
const sizeLimit = 16 * 1024 * 1024

export type ReadSource = { readonly text: string } | { readonly unread: string } | { readonly binary: true }

/** The text of a file, unless it is none: binary, too large, or kept from us. */
export async function readSource(path: string): Promise<ReadSource> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > sizeLimit) return { unread: `of ${size} bytes, more than the ${sizeLimit} that are looked at` }
    const text = await file.readFile('utf8')
    return text.includes('\0') ? { binary: true } : { text: text.replace(/^\uFEFF/, '') }
  } catch (error) {
    return { unread: error instanceof Error ? error.message : String(error) }
  }
}

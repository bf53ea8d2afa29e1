import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

/** What a page may do: run and load what comes from here, and nothing else, whatever somebody gets into it. KaTeX and React set styles of single elements. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.webmanifest': 'application/manifest+json',
}

const commonHeaders = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/** Answers requests for the page and its files, as they were built into `folder`: any path without a file is the page. */
export function createPages(folder: string): (path: string) => Promise<Response> {
  return async (path) => {
    const file = normalize(join(folder, path))
    const type = mediaTypes[extname(file)]
    if (type !== undefined && file.startsWith(folder + sep) && path !== '/index.html') {
      const bytes = await readIfThere(file)
      if (bytes === undefined) return new Response('Not found', { status: 404, headers: commonHeaders })
      // The names of what is below assets/ change with what is in them.
      const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      return new Response(bytes, { headers: { ...commonHeaders, 'content-type': type, 'cache-control': cacheControl } })
    }
    const page = await readFile(join(folder, 'index.html'))
    return new Response(page, {
      headers: {
        ...commonHeaders,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': contentSecurityPolicy,
      },
    })
  }
}

async function readIfThere(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
      return undefined
    throw error
  }
}

import type { UploadedFile } from '@geppetto/client/protocol'
import { type Call, json, sessionOf } from './handler.ts'
import { ProblemError } from './problem-error.ts'
import { isHash } from './read-fields.ts'
import { mediaTypeOf, readBytes } from './read-request.ts'

/** What a browser may show in a page. Anything else, HTML and SVG too, it only saves. */
const shown: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'audio/wav',
  'audio/mpeg',
])

export async function upload(call: Call): Promise<Response> {
  const { request, settings, uploads } = call
  const { uploadBytes, uploadTypes } = settings.limits
  const live = await sessionOf(call)
  const mediaType = mediaTypeOf(request)
  if (!uploadTypes.includes(mediaType))
    throw new ProblemError('unsupported_media_type', { detail: `Files may be: ${uploadTypes.join(', ')}.` })
  const arrival = uploads.arrival()
  const { onBytes } = arrival
  const bytes = await readBytes(call, { maxBytes: uploadBytes, onBytes }).finally(arrival.end)
  if (bytes.length === 0) throw new ProblemError('invalid_request', { detail: 'The file is empty.' })
  const hash = await uploads.keep(live.id, { mediaType, bytes })
  const file: UploadedFile = { upload: hash, mediaType, bytes: bytes.length }
  return json(file, 201)
}

export async function readBlob(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const hash = call.ids.blob ?? ''
  const file = isHash(hash) ? await live.file(hash) : undefined
  if (file === undefined) throw new ProblemError('no_such_blob')
  const isShown = file.mediaType !== undefined && shown.has(file.mediaType)
  return new Response(file.bytes, {
    headers: {
      'content-type': isShown && file.mediaType !== undefined ? file.mediaType : 'application/octet-stream',
      'content-disposition': isShown ? 'inline' : 'attachment',
      // A file of a user or a tool is nobody's program.
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      // Its address is its hash: it never changes.
      'cache-control': 'private, max-age=31536000, immutable',
    },
  })
}

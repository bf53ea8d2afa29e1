import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Call } from './handler.ts'
import { ProblemError } from './problem-error.ts'
import { assertFields } from './read-fields.ts'

/** The bytes of the body. @throws ProblemError `too_large` as soon as there are more than `maxBytes`, `invalid_request` where it breaks off */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new ProblemError('too_large', { detail: `At most ${maxBytes} bytes are taken.` })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  const next = () =>
    reader?.read().catch((cause: unknown) => {
      // Whoever sent it left: nobody's fault here, and there is nobody to tell.
      throw new ProblemError('invalid_request', { detail: 'The body broke off.' }, { cause })
    })
  for (let read = await next(); read !== undefined && !read.done; read = await next()) {
    length += read.value.length
    if (length > maxBytes) {
      await reader?.cancel()
      throw tooLarge()
    }
    chunks.push(read.value)
  }
  const bytes = new Uint8Array(length)
  let position = 0
  for (const chunk of chunks) {
    bytes.set(chunk, position)
    position += chunk.length
  }
  return bytes
}

/** The media type of the body, in lower case and without parameters. */
export function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The JSON object that the body is. @throws ProblemError `unsupported_media_type`, `too_large`, `invalid_json`, `invalid_request` */
async function readJson(request: Request, maxBytes: number): Promise<JsonObject> {
  // A form of another site cannot send this type without being asked for leave first.
  if (mediaTypeOf(request) !== 'application/json')
    throw new ProblemError('unsupported_media_type', { detail: 'Send application/json.' })
  const text = new TextDecoder().decode(await readBytes(request, maxBytes))
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ProblemError('invalid_json')
  }
  if (isJsonObject(json)) return json
  throw new ProblemError('invalid_request', { detail: 'The body must be a JSON object.' })
}

/** The body of an intent, which has no other fields than these. @throws ProblemError as {@link readJson} */
export async function readIntent<T>(
  { request, settings }: Pick<Call, 'request' | 'settings'>,
  fields: readonly (keyof T & string)[],
): Promise<JsonObject> {
  const json = await readJson(request, settings.limits.bodyBytes)
  assertFields(json, fields)
  return json
}

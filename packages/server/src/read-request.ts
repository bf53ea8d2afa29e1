import { untilAborted } from '@geppetto/context'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Call } from './handler.ts'
import { ProblemError } from './problem-error.ts'
import { assertFields } from './read-fields.ts'

/** What a slow line carries in a millisecond, in bytes. */
const slowLine = 20

/** Of a request what its body needs. */
type BodyCall = Pick<Call, 'request' | 'settings' | 'closing'>

/** How a body is read. */
export interface BodyLimits {
  readonly maxBytes: number
  /** Hears how many bytes have come. */
  readonly onBytes?: (count: number) => void
}

/**
 * The bytes of the body.
 * @throws ProblemError `too_large` as soon as there are more than `maxBytes`, `too_slow`, `invalid_request` where it breaks off, `shutting_down`; what `onBytes` throws
 */
export async function readBytes(
  { request, settings, closing }: BodyCall,
  { maxBytes, onBytes = () => {} }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const { clock, limits } = settings
  const tooLarge = () => new ProblemError('too_large', { detail: `At most ${maxBytes} bytes are taken.` })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  const began = clock.now()
  const next = async () => {
    const late = Promise.withResolvers<never>()
    const leftMs = began + limits.bodyMs + length / slowLine - clock.now()
    const stopTimer = clock.schedule(() => late.reject(new ProblemError('too_slow')), Math.max(0, leftMs))
    const reading = reader?.read().catch((cause: unknown) => {
      // Whoever sent it left: nobody's fault here, and there is nobody to tell.
      throw new ProblemError('invalid_request', { detail: 'The body broke off.' }, { cause })
    })
    return untilAborted(closing, Promise.race([reading, late.promise])).finally(stopTimer)
  }
  try {
    for (let read = await next(); read !== undefined && !read.done; read = await next()) {
      length += read.value.length
      if (length > maxBytes) throw tooLarge()
      onBytes(read.value.length)
      chunks.push(read.value)
    }
  } catch (error) {
    // Not waited for: a body that hangs may not hear of it.
    void reader?.cancel().catch(ignoreBrokenBody)
    throw error
  }
  const bytes = new Uint8Array(length)
  let position = 0
  for (const chunk of chunks) {
    bytes.set(chunk, position)
    position += chunk.length
  }
  return bytes
}

/** It is refused anyway. */
function ignoreBrokenBody(): void {}

/** The media type of the body, in lower case and without parameters. */
export function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** The JSON object that the body is. @throws ProblemError `unsupported_media_type`, `invalid_json`, and as {@link readBytes} */
async function readJson(call: BodyCall): Promise<JsonObject> {
  // A form of another site cannot send this type without being asked for leave first.
  if (mediaTypeOf(call.request) !== 'application/json')
    throw new ProblemError('unsupported_media_type', { detail: 'Send application/json.' })
  const maxBytes = call.settings.limits.bodyBytes
  const text = new TextDecoder().decode(await readBytes(call, { maxBytes }))
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
export async function readIntent<T>(call: BodyCall, fields: readonly (keyof T & string)[]): Promise<JsonObject> {
  const json = await readJson(call)
  assertFields(json, fields)
  return json
}

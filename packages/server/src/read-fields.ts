import type { Said, SaidPart } from '@geppetto/client/protocol'
import { isJsonObject, type JsonObject, type JsonValue, quote } from '@geppetto/turns'
import { ProblemError } from './problem-error.ts'

const maxParts = 100

/** @throws ProblemError `invalid_request` naming the field */
export function refuse(field: string, rule: string): never {
  throw new ProblemError('invalid_request', { field, detail: `${field} must be ${rule}.` })
}

/** What is misspelt would do something else, and what only the server says (roles, history) must not look as if it had been heard. @throws ProblemError `invalid_request` naming the field */
export function assertFields(json: JsonObject, known: readonly string[], within = ''): void {
  const stranger = Object.keys(json).find((name) => !known.includes(name))
  if (stranger === undefined) return
  const names = known.length === 0 ? 'none' : known.join(', ')
  const detail = `There is no field ${quote(stranger)} here; there are: ${names}.`
  throw new ProblemError('invalid_request', { field: (within + stranger).slice(0, 200), detail })
}

/** A text that is not empty; undefined where there is none. @throws ProblemError `invalid_request` */
export function optionalText(json: JsonObject, field: string, maxLength = 200): string | undefined {
  const value = json[field]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.trim() === '' || value.length > maxLength)
    return refuse(field, `a text of 1 to ${maxLength} characters`)
  return value
}

/** @throws ProblemError `invalid_request` */
export function requiredText(json: JsonObject, field: string, maxLength?: number): string {
  return optionalText(json, field, maxLength) ?? refuse(field, 'there')
}

/** @throws ProblemError `invalid_request` */
export function optionalChoice<T extends string>(
  json: JsonObject,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = json[field]
  if (value === undefined) return undefined
  return choices.find((choice) => choice === value) ?? refuse(field, `one of ${choices.join(', ')}`)
}

/** The id of a session that is to be made. @throws ProblemError `invalid_request` */
export function optionalSessionId(json: JsonObject): string | undefined {
  const id = optionalText(json, 'sessionId')
  if (id === undefined || /^[a-zA-Z0-9_-]{8,64}$/.test(id)) return id
  return refuse('sessionId', '8 to 64 letters, digits, _ and -')
}

/** What a user says. What is none of the parts that a user may say is refused. @throws ProblemError `invalid_request` */
export function requiredSaid(json: JsonObject): Said {
  const { content } = json
  if (typeof content === 'string' && content.trim() !== '') return content
  if (!Array.isArray(content) || content.length === 0 || content.length > maxParts)
    return refuse('content', `a text, or a list of 1 to ${maxParts} parts`)
  const parts: readonly JsonValue[] = content
  return parts.map((part, index) => saidPart(part, `content[${index}]`))
}

function saidPart(part: JsonValue, field: string): SaidPart {
  if (!isJsonObject(part)) return refuse(field, 'a part')
  const { type, text, upload, name } = part
  switch (type) {
    case 'text':
      assertFields(part, ['type', 'text'], `${field}.`)
      return typeof text === 'string' && text.trim() !== '' ? { type, text } : refuse(`${field}.text`, 'a text')
    case 'image':
    case 'audio':
      assertFields(part, ['type', 'upload'], `${field}.`)
      return { type, upload: uploadIn(upload, field) }
    case 'file':
      assertFields(part, ['type', 'upload', 'name'], `${field}.`)
      if (name !== undefined && typeof name !== 'string') return refuse(`${field}.name`, 'a text')
      return { type, upload: uploadIn(upload, field), ...(name === undefined ? {} : { name: name.slice(0, 200) }) }
    default:
      return refuse(`${field}.type`, 'text, image, audio or file')
  }
}

function uploadIn(upload: JsonValue | undefined, field: string): string {
  return typeof upload === 'string' && isHash(upload) ? upload : refuse(`${field}.upload`, 'what an upload gave')
}

/** The id of a request, from the header of that name or from the body. @throws ProblemError `invalid_request` */
export function requiredRequestId(request: Request, json: JsonObject): string {
  const header = request.headers.get('idempotency-key')
  if (header === null) return requiredText(json, 'requestId')
  const requestId = requiredText({ 'Idempotency-Key': header }, 'Idempotency-Key')
  if (json.requestId === undefined || json.requestId === requestId) return requestId
  return refuse('requestId', 'what Idempotency-Key says, or left out')
}

/** Whether it has the form of the hash of a file. */
export function isHash(text: string): boolean {
  return /^sha256-[0-9a-f]{64}$/.test(text)
}

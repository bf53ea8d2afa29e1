import {
  EngineError,
  type EngineErrorCode,
  errorCodeOfStatus,
  objectIn,
  retryAfterMs,
  textIn,
  type WireFailure,
  withHint,
} from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject } from '@geppetto/turns'

/** By the provider's word. @see https://platform.claude.com/docs/en/api/errors */
const codesByType: ReadonlyMap<string, EngineErrorCode> = new Map<string, EngineErrorCode>([
  ['authentication_error', 'auth'],
  ['permission_error', 'permission'],
  ['not_found_error', 'not_found'],
  ['rate_limit_error', 'rate_limit'],
  ['billing_error', 'quota'],
  ['overloaded_error', 'overloaded'],
  ['api_error', 'unavailable'],
  ['timeout_error', 'timeout'],
  // Of another change at the same time: it is worth another attempt.
  ['conflict_error', 'unavailable'],
  // More bytes than the API takes: there, as with tokens, less has to be sent.
  ['request_too_large', 'context_overflow'],
  ['invalid_request_error', 'invalid_request'],
])

/** What an invalid request is about is in the message alone; these are the API's own sentences. */
const codesBySentence: readonly (readonly [RegExp, EngineErrorCode])[] = [
  [
    /^prompt is too long(?::? *\d+ tokens|\.?$)|input is too long for (?:the )?requested model|exceeds? (?:the )?(?:model's )?(?:available |maximum )?context (?:length|limit|size|window)|maximum context length is/i,
    'context_overflow',
  ],
  [/credit balance is too low|spend(?:ing)? limit|usage limits?/i, 'quota'],
  [/content filtering policy/i, 'content_filter'],
]

/** A failed response, or an error frame in a stream, as a typed error. */
export function classifyFailure(failure: WireFailure): EngineError {
  if (failure.kind === 'stream') return ofEnvelope(isJsonObject(failure.error) ? failure.error : {}, failure)
  return ofEnvelope(parseEnvelope(failure.body), failure)
}

function ofEnvelope(envelope: JsonObject, failure: WireFailure): EngineError {
  const error = objectIn(envelope, 'error')
  const type = textIn(error, 'type')
  const message = textIn(error, 'message')
  const status = failure.kind === 'response' ? failure.status : undefined
  const detail = textIn(objectIn(error, 'details'), 'error_code')
  const wish = failure.header('x-should-retry')
  const code = codeOf(type, message, detail, status)
  const text = message ?? describe(failure)
  return new EngineError(code, withHint(detail === undefined ? text : `${text} [${detail}]`, code), {
    ...defined({
      status,
      providerCode: type ?? detail,
      requestId: textIn(envelope, 'request_id') ?? failure.header('request-id'),
      retryAfterMs: retryAfterMs(failure.header),
      retryable: wish === 'true' ? true : wish === 'false' ? false : undefined,
    }),
  })
}

function codeOf(
  type: string | undefined,
  message: string | undefined,
  detail: string | undefined,
  status: number | undefined,
): EngineErrorCode {
  if (detail !== undefined && /spend_limit|credit/.test(detail)) return 'quota'
  const code = type === undefined ? undefined : codesByType.get(type)
  if (code !== undefined && code !== 'invalid_request') return code
  const told = message === undefined ? undefined : codesBySentence.find(([sentence]) => sentence.test(message))?.[1]
  if (told !== undefined) return told
  // The word for whatever was wrong says less than such a status.
  if (status !== undefined && status !== 400) return errorCodeOfStatus(status)
  return code ?? (status === undefined ? 'unavailable' : 'invalid_request')
}

/** A proxy in between answers in words of its own, or with nothing at all. */
function describe(failure: WireFailure): string {
  if (failure.kind === 'stream') return 'the provider reported an error that it did not explain'
  const { status, body } = failure
  const text = body.trim()
  return text === '' ? `status ${status} without a word` : `status ${status}: ${text.slice(0, 120)}`
}

function parseEnvelope(body: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body)
    return isJsonObject(parsed) ? parsed : {}
  } catch {
    // Not the API's own words; the status says what is to be said.
    return {}
  }
}

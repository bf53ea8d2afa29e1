import {
  EngineError,
  type EngineErrorCode,
  errorCodeOfStatus,
  retryAfterMs,
  type WireFailure,
  withHint,
} from '@geppetto/engine'
import { defined } from '@geppetto/turns'
import { type ErrorEnvelope, readErrorEnvelope } from './error-envelope.ts'

/** The response header with the id of the request. */
export const requestIdHeader = 'x-request-id'

// https://platform.openai.com/docs/guides/error-codes, and the words of the hosts named.
const codeOfWord: Readonly<Record<string, EngineErrorCode>> = {
  invalid_api_key: 'auth',
  invalid_authentication: 'auth',
  authentication_error: 'auth',
  // xAI, vLLM
  unauthorized: 'auth',
  unauthenticated: 'auth',
  permission_denied: 'permission',
  permission_error: 'permission',
  unsupported_country_region_territory: 'permission',
  model_not_found: 'not_found',
  not_found_error: 'not_found',
  previous_response_not_found: 'not_found',
  // Azure, vLLM
  deploymentnotfound: 'not_found',
  notfounderror: 'not_found',
  insufficient_quota: 'quota',
  billing_hard_limit_reached: 'quota',
  billing_not_active: 'quota',
  // Moonshot
  exceeded_current_quota_error: 'quota',
  rate_limit_exceeded: 'rate_limit',
  rate_limit_error: 'rate_limit',
  too_many_requests: 'rate_limit',
  resource_exhausted: 'rate_limit',
  context_length_exceeded: 'context_overflow',
  // llama.cpp
  exceed_context_size_error: 'context_overflow',
  content_filter: 'content_filter',
  content_policy_violation: 'content_filter',
  // What the reasoning models' policy check says.
  invalid_prompt: 'content_filter',
  bio_policy: 'content_filter',
  cyber_policy: 'content_filter',
  misalignment_policy_violation: 'content_filter',
  // Azure
  responsibleaipolicyviolation: 'content_filter',
  image_content_policy_violation: 'content_filter',
  vector_store_timeout: 'timeout',
  timeout: 'timeout',
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  engine_overloaded: 'overloaded',
  overloaded_error: 'overloaded',
  // Groq's flex tier
  capacity_exceeded: 'overloaded',
  server_error: 'unavailable',
  internal_server_error: 'unavailable',
  // Words that fit many failures: only where the status says no more.
  invalid_request_error: 'invalid_request',
  api_error: 'unavailable',
}

const vagueWords: ReadonlySet<string> = new Set(['invalid_request_error', 'api_error'])

/** What hosts without a word for it say when the conversation is too long. */
const overflowText =
  /context (?:length|size|window)|maximum (?:context|prompt) length|too many (?:input )?tokens|(?:prompt|input) is too long/i

/** What xAI and Google say of a wrong key, with the status of a bad request. */
const wrongKeyText = /api key not valid|incorrect api key|invalid api key/i

/** What words have in common that say, without a status, that the fault is the provider's: only then may it pass. */
const serverWord =
  /server|internal|unavailable|overload|time_?d?_?out|capacity|busy|try_?again|upstream|connection|^(?:failed|cancelled)$/i

/** A host's own codes, by its words and by its statuses, such as `'498'`. */
export type HostErrorCodes = Readonly<Record<string, EngineErrorCode>>

/** What went wrong, as a typed error. What the host is known to mean wins; else structured words over the status, and the status over the text. */
export function classifyFailure(failure: WireFailure, codes: HostErrorCodes = {}): EngineError {
  const envelope = failure.kind === 'response' ? readResponse(failure) : readErrorEnvelope(failure.error)
  return makeError(hostCodeOf(envelope, codes) ?? codeOf(envelope), envelope, failure.header)
}

function readResponse({ status, body, header }: Extract<WireFailure, { readonly kind: 'response' }>): ErrorEnvelope {
  return { ...readBody(body, header), status }
}

function hostCodeOf({ words, status }: ErrorEnvelope, codes: HostErrorCodes): EngineErrorCode | undefined {
  const known = [...words, String(status)].find((name) => Object.hasOwn(codes, name))
  return known === undefined ? undefined : codes[known]
}

function codeOf({ words, message, hasParam, status }: ErrorEnvelope): EngineErrorCode {
  const known = words.map((word) => word.toLowerCase()).filter((word) => Object.hasOwn(codeOfWord, word))
  const telling = known.find((word) => !vagueWords.has(word))
  if (telling !== undefined) return codeOfWord[telling] ?? 'internal'
  // A limit of tokens per minute talks of tokens too: it is no overflow.
  if (status !== 429 && overflowText.test(message ?? '')) return 'context_overflow'
  if ((status === undefined || status === 400) && wrongKeyText.test(message ?? '')) return 'auth'
  // Groq's flex tier
  if (status === 498) return 'overloaded'
  if (status !== undefined) return errorCodeOfStatus(status)
  const [vague] = known
  if (vague !== undefined) return codeOfWord[vague] ?? 'internal'
  if (words.length === 0) return hasParam ? 'invalid_request' : 'unavailable'
  return words.some((word) => serverWord.test(word)) ? 'unavailable' : 'invalid_request'
}

function makeError(code: EngineErrorCode, envelope: ErrorEnvelope, header: WireFailure['header']): EngineError {
  const { message = 'the provider reported an error without a message', words, number, status } = envelope
  return new EngineError(
    code,
    withHint(message, code),
    defined({
      retryable: isRetryable(code, status, header),
      status,
      providerCode: words[0] ?? number,
      requestId: header(requestIdHeader) ?? header('apim-request-id'),
      retryAfterMs: retryAfterMs(header),
    }),
  )
}

function isRetryable(
  code: EngineErrorCode,
  status: number | undefined,
  header: WireFailure['header'],
): boolean | undefined {
  const word = header('x-should-retry')
  if (word === 'true' || word === 'false') return word === 'true'
  // Groq: this one request is over the limit of tokens per minute, and always will be.
  return code === 'rate_limit' && status === 413 ? false : undefined
}

function readBody(body: string, header: WireFailure['header']): ErrorEnvelope {
  const text = body.trim()
  if (text === '') return { words: [], message: 'the response has an error status and an empty body' }
  try {
    const value: unknown = JSON.parse(text)
    return readErrorEnvelope(value)
  } catch {
    const type = header('content-type')?.split(';', 1)[0] ?? 'text'
    return { words: [], message: `the response is ${type}, not JSON: ${text.slice(0, 200)}` }
  }
}

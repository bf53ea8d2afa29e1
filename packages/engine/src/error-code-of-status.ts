import type { EngineErrorCode } from './engine-error.ts'

const codes: Readonly<Record<number, EngineErrorCode>> = {
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  // Of another change at the same time: it may pass.
  409: 'unavailable',
  410: 'not_found',
  // More bytes than the host takes: there, as with tokens, less has to be sent.
  413: 'context_overflow',
  // Something that the host itself asked failed.
  424: 'unavailable',
  425: 'unavailable',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'timeout',
  // Not registered, and known of several providers.
  529: 'overloaded',
}

/**
 * The class of a failed response by its plain HTTP status, for an adapter whose API says no more of it: other statuses below 400 are
 * `invalid_options` (a redirect that is not followed), below 500 `invalid_request`, from there `unavailable`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-status-codes
 */
export function errorCodeOfStatus(status: number): EngineErrorCode {
  const known = codes[status]
  if (known !== undefined) return known
  if (status < 400) return 'invalid_options'
  return status < 500 ? 'invalid_request' : 'unavailable'
}

import type { EngineErrorCode } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from './errors.ts'

const envelope = (type: string, message: string, details?: object) =>
  JSON.stringify({
    type: 'error',
    error: { type, message, ...(details === undefined ? {} : { details }) },
    request_id: 'req_9',
  })

const rows: readonly (readonly [string, number, string, EngineErrorCode, boolean])[] = [
  ['a wrong key', 401, envelope('authentication_error', 'invalid x-api-key'), 'auth', false],
  ['a wrong key by a vague word', 401, envelope('invalid_request_error', 'Not so'), 'auth', false],
  ['no permission', 403, envelope('permission_error', 'Your key may not'), 'permission', false],
  ['no such model', 404, envelope('not_found_error', 'model: claude-9'), 'not_found', false],
  ['too many requests', 429, envelope('rate_limit_error', 'Number of tokens'), 'rate_limit', true],
  [
    'no money',
    400,
    envelope('invalid_request_error', 'Your credit balance is too low to access the API'),
    'quota',
    false,
  ],
  [
    'a limit of spending',
    400,
    envelope('invalid_request_error', 'You have reached your specified API usage limits'),
    'quota',
    false,
  ],
  [
    'a limit of spending by its code',
    429,
    envelope('rate_limit_error', 'Limit', { error_code: 'contract_spend_limit_reached' }),
    'quota',
    false,
  ],
  ['billing', 402, envelope('billing_error', 'Check your payment details'), 'quota', false],
  [
    'too many tokens',
    400,
    envelope('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    'context_overflow',
    false,
  ],
  [
    'too many with the answer',
    400,
    envelope('invalid_request_error', 'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000'),
    'context_overflow',
    false,
  ],
  ['too many bytes', 413, envelope('request_too_large', 'Request exceeds the maximum size'), 'context_overflow', false],
  [
    'a filter',
    400,
    envelope('invalid_request_error', 'Output blocked by content filtering policy'),
    'content_filter',
    false,
  ],
  ['a bad request', 400, envelope('invalid_request_error', 'messages.0: unexpected role'), 'invalid_request', false],
  ['a conflict', 409, envelope('conflict_error', 'try again'), 'unavailable', true],
  ['a failure of theirs', 500, envelope('api_error', 'Internal server error'), 'unavailable', true],
  ['a timeout of theirs', 504, envelope('timeout_error', 'Request timeout'), 'timeout', true],
  ['too much to do', 529, envelope('overloaded_error', 'Overloaded'), 'overloaded', true],
  ['a word that came later', 400, envelope('odd_error', 'Odd'), 'invalid_request', false],
  ['a page of a proxy', 502, '<html><body>Bad gateway</body></html>', 'unavailable', true],
  ['a page that refuses', 403, '<html>Forbidden</html>', 'permission', false],
  ['an empty body', 529, '', 'overloaded', true],
  ['a gateway that takes no so long a body', 413, '<html>Too large</html>', 'context_overflow', false],
  ['a gateway without a server', 503, '<html>Unavailable</html>', 'overloaded', true],
  ['JSON of somebody else', 400, '["what"]', 'invalid_request', false],
  ['a redirect', 301, '', 'invalid_options', false],
]

describe('classifyFailure', () => {
  it.each([
    ['prompt is too long: 208310 tokens > 200000 maximum', 'context_overflow'],
    ['prompt is too long', 'context_overflow'],
    ['input length and `max_tokens` exceed context limit: 199000 + 20000 > 200000', 'context_overflow'],
    ['the request exceeds the available context size', 'context_overflow'],
    ["This model's maximum context length is 4096 tokens", 'context_overflow'],
    ['prompt is too long: max 10 images', 'invalid_request'],
    ['tools.0.name: too long: max 64 characters', 'invalid_request'],
    ['context_management: the context window option is not known', 'invalid_request'],
  ])('%j is %s', (message, code) => {
    const body = envelope('invalid_request_error', message)
    const error = classifyFailure({ kind: 'response', status: 400, body, header: () => undefined })
    expect(error.code).toBe(code)
  })

  it.each(rows)('%s (%d)', (_what, status, body, code, retryable) => {
    const error = classifyFailure({ kind: 'response', status, body, header: () => undefined })
    expect(error).toMatchObject({ code, retryable, status })
    expect(error.message).not.toBe('')
    if (body.startsWith('{')) expect(error.requestId).toBe('req_9')
  })

  it.each(rows.filter(([what, , body]) => body.startsWith('{') && !what.includes('vague')))(
    'in a stream: %s',
    (_what, _status, body, code) => {
      const error = classifyFailure({ kind: 'stream', error: JSON.parse(body), header: () => undefined })
      expect(error.code).toBe(code === 'invalid_request' && body.includes('odd_error') ? 'unavailable' : code)
      expect(error.status).toBeUndefined()
    },
  )

  it('where something was not found, says what to check', () => {
    const body = envelope('not_found_error', 'Not Found')
    const error = classifyFailure({ kind: 'response', status: 404, body, header: () => undefined })
    expect(error.message).toBe('Not Found (check model and baseUrl)')
  })

  it('keeps the word for the kind of error, and tells the one that says more', () => {
    const body = envelope('rate_limit_error', 'Limit', { error_code: 'workspace_limit_reached' })
    const error = classifyFailure({ kind: 'response', status: 429, body, header: () => undefined })
    expect(error).toMatchObject({ providerCode: 'rate_limit_error', message: 'Limit [workspace_limit_reached]' })
  })

  it('an error in a stream that says nothing is still one', () => {
    expect(classifyFailure({ kind: 'stream', error: 'what', header: () => undefined }).code).toBe('unavailable')
  })

  const withHeaders = (headers: Record<string, string>) =>
    classifyFailure({ kind: 'response', status: 429, body: '', header: (name) => headers[name] })

  it.each([
    [{ 'retry-after': '12' }, 12_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j asks to wait %s ms', (headers, expected) => {
    expect(withHeaders(headers).retryAfterMs).toBe(expected)
  })

  it('the provider may say itself whether another attempt is worth it', () => {
    expect(withHeaders({ 'x-should-retry': 'false' }).retryable).toBe(false)
    expect(withHeaders({ 'x-should-retry': 'true', 'request-id': 'req_1' })).toMatchObject({
      retryable: true,
      requestId: 'req_1',
    })
  })
})

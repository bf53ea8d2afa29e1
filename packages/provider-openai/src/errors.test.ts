import type { EngineErrorCode, WireFailure } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { classifyFailure } from './errors.ts'
import { readRecordings } from './recordings.test-helper.ts'

type Row = readonly [what: string, status: number, body: unknown, code: EngineErrorCode, providerCode?: string]

const openai = (type: string, code: string | null, message = 'Text') => ({
  error: { message, type, param: null, code },
})

const rows: readonly Row[] = [
  ['a wrong key', 401, openai('invalid_request_error', 'invalid_api_key'), 'auth', 'invalid_api_key'],
  ['a key without the right', 403, openai('permission_error', null), 'permission', 'permission_error'],
  ['a country', 403, openai('request_forbidden', 'unsupported_country_region_territory'), 'permission'],
  ['no such model', 404, openai('invalid_request_error', 'model_not_found'), 'not_found', 'model_not_found'],
  ['too many requests', 429, openai('requests', 'rate_limit_exceeded'), 'rate_limit', 'rate_limit_exceeded'],
  ['no credit', 429, openai('insufficient_quota', 'insufficient_quota'), 'quota', 'insufficient_quota'],
  ['no credit at DeepSeek', 402, openai('unknown_error', 'invalid_request_error', 'Insufficient Balance'), 'quota'],
  ['too long', 400, openai('invalid_request_error', 'context_length_exceeded'), 'context_overflow'],
  [
    'too long, in words',
    400,
    openai('invalid_request_error', null, "This model's maximum context length is 8"),
    'context_overflow',
  ],
  ['tokens per minute, in like words', 429, openai('tokens', null, 'too many tokens per minute'), 'rate_limit'],
  [
    'a bad parameter',
    400,
    openai('invalid_request_error', 'unsupported_value'),
    'invalid_request',
    'unsupported_value',
  ],
  ['a policy', 400, openai('invalid_request_error', 'content_policy_violation'), 'content_filter'],
  ['a flagged prompt', 400, openai('invalid_request_error', 'invalid_prompt'), 'content_filter', 'invalid_prompt'],
  ['the server', 500, openai('server_error', null), 'unavailable', 'server_error'],
  ['the load', 503, openai('service_unavailable_error', 'slow_down'), 'overloaded', 'slow_down'],
  ['a number for a code', 400, { error: { code: 1301, message: 'No' } }, 'invalid_request', '1301'],
  ['a number for a code, and a type', 429, { error: { code: 429, type: 'busy', message: 'No' } }, 'rate_limit', 'busy'],
  ['a lock', 409, openai('conflict', null), 'unavailable'],
  ['a slow request', 408, {}, 'timeout'],
  [
    "Azure's filter",
    400,
    { error: { code: 'content_filter', status: 400, innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    'content_filter',
    'content_filter',
  ],
  [
    "Azure's filter, by its inner word alone",
    400,
    { error: { code: null, message: 'Filtered', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    'content_filter',
    'ResponsibleAIPolicyViolation',
  ],
  [
    "Azure's deployment",
    404,
    { error: { code: 'DeploymentNotFound', message: 'No' } },
    'not_found',
    'DeploymentNotFound',
  ],
  ["Azure's gateway", 401, { statusCode: 401, message: 'Access denied' }, 'auth'],
  [
    'vLLM',
    400,
    { object: 'error', message: 'Bad', type: 'BadRequestError', code: 400 },
    'invalid_request',
    'BadRequestError',
  ],
  ['FastAPI', 422, { detail: [{ loc: ['body'], msg: 'missing' }] }, 'invalid_request'],
  ['Ollama', 404, { error: 'model "x" not found' }, 'not_found'],
  [
    'llama.cpp',
    400,
    { error: { code: 400, message: 'Too big', type: 'exceed_context_size_error' } },
    'context_overflow',
  ],
  ['xAI', 403, { code: 'No permission', error: 'Not yours' }, 'permission'],
  ['OpenRouter', 429, { error: { code: 429, message: 'Slow', metadata: { raw: 'x' } } }, 'rate_limit'],
  ["OpenRouter's moderation", 403, { error: { code: 403, metadata: { reasons: ['violence'] } } }, 'content_filter'],
  ['Google', 429, [{ error: { code: 429, message: 'Slow', status: 'RESOURCE_EXHAUSTED' } }], 'rate_limit'],
  [
    "xAI's wrong key",
    400,
    { code: 'Client specified an invalid argument', error: 'Incorrect API key provided' },
    'auth',
  ],
  [
    "Google's wrong key",
    400,
    [{ error: { code: 400, message: 'API key not valid. Please pass a valid one.', status: 'INVALID_ARGUMENT' } }],
    'auth',
  ],
  ['too long an input', 400, { message: 'Input is too long for requested model.' }, 'context_overflow'],
  ['a gateway that waited', 504, {}, 'timeout'],
  ["Groq's flex tier", 498, openai('capacity', 'capacity_exceeded'), 'overloaded'],
  ['a gateway', 529, {}, 'overloaded'],
  ['a gateway that takes no so long a body', 413, {}, 'context_overflow'],
  ['a gateway without a server', 503, {}, 'overloaded'],
  ['an unknown failure of the server', 599, {}, 'unavailable'],
  ['an unknown fault of ours', 418, {}, 'invalid_request'],
]

describe('a failed response is classed by', () => {
  it.each(rows.map((row) => ({ what: `${row[0]} (${row[1]})`, row })))('$what', ({ row }) => {
    const [, status, body, code, providerCode] = row
    const error = classifyFailure(response(status, JSON.stringify(body)))
    expect(error).toMatchObject({ code, status })
    if (providerCode !== undefined) expect(error.providerCode).toBe(providerCode)
  })

  it.each([
    ['openai-chat', 'http-error', 'not_found'],
    ['openai-responses', 'http-error', 'invalid_request'],
  ])('what %s recorded', (api, name, code) => {
    const recorded = readRecordings(api).get(name)
    expect(classifyFailure(response(recorded?.response.status ?? 0, recorded?.response.body ?? ''))).toMatchObject({
      code,
    })
  })
})

describe('what an error tells', () => {
  it('is the message, and what to do', () => {
    const error = classifyFailure(response(401, JSON.stringify(openai('x', 'invalid_api_key', 'Wrong key'))))
    expect(error.message).toBe('Wrong key (check the key that the engine was given)')
  })

  it('is a text that is no JSON', () => {
    const error = classifyFailure(response(502, 'Bad Gateway', { 'content-type': 'text/plain; charset=utf-8' }))
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'the response is text/plain, not JSON: Bad Gateway',
    })
  })

  it('is that there was nothing', () => {
    expect(classifyFailure(response(500, ' ')).message).toContain('empty body')
  })

  it('is no longer than a page', () => {
    const long = JSON.stringify(openai('x', null, 'y'.repeat(5000)))
    expect(classifyFailure(response(400, long)).message.length).toBeLessThan(2100)
  })

  it('has the id of the request, also by the name that Azure gives it', () => {
    expect(classifyFailure(response(500, '', { 'x-request-id': 'r-1' })).requestId).toBe('r-1')
    expect(classifyFailure(response(500, '', { 'apim-request-id': 'r-2' })).requestId).toBe('r-2')
  })
})

describe('when to try again', () => {
  it.each([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': '2.5' }, 2500],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 10_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:28:10 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('is read from %j', (headers, expected) => {
    expect(classifyFailure(response(429, '{}', headers)).retryAfterMs).toBe(expected)
  })

  it('follows the class, and what the provider says before it', () => {
    expect(classifyFailure(response(429, '{}')).retryable).toBe(true)
    expect(classifyFailure(response(429, '{}', { 'x-should-retry': 'false' })).retryable).toBe(false)
    expect(classifyFailure(response(400, '{}', { 'x-should-retry': 'true' })).retryable).toBe(true)
    expect(classifyFailure(response(429, JSON.stringify(openai('x', 'insufficient_quota')))).retryable).toBe(false)
  })

  it('is never, for one request above the limit of tokens per minute', () => {
    const error = classifyFailure(response(413, JSON.stringify(openai('tokens', 'rate_limit_exceeded'))))
    expect(error).toMatchObject({ code: 'rate_limit', retryable: false })
  })
})

describe('an error inside a stream', () => {
  it.each([
    [
      { error: { message: 'No', type: 'invalid_request_error', code: 'tool_use_failed', status_code: 400 } },
      'invalid_request',
    ],
    [{ type: 'error', code: 'insufficient_quota', message: 'No' }, 'quota'],
    [{ code: 'server_error', message: 'No' }, 'unavailable'],
    [{ error: { code: 503, message: 'No' } }, 'overloaded'],
    [{ code: 'image_too_large', message: 'No' }, 'invalid_request'],
    [{ error: { type: 'BadRequestError', message: 'No' } }, 'invalid_request'],
    [{ error: { type: 'UpstreamError', message: 'No' } }, 'unavailable'],
    [{ error: { type: 'InternalServerError', message: 'No' } }, 'unavailable'],
    [{ error: 'No' }, 'unavailable'],
    ['No', 'unavailable'],
    [undefined, 'unavailable'],
  ])('%j is %s', (error, code) => {
    expect(classifyFailure({ kind: 'stream', error, header: () => undefined })).toMatchObject({ code })
  })
})

function response(status: number, body: string, headers: Readonly<Record<string, string>> = {}): WireFailure {
  return { kind: 'response', status, body, header: (name) => new Headers(headers).get(name) ?? undefined }
}

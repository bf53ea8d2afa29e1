import { inspect } from 'node:util'
import { background } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { failure, hello, infer } from './engine-under-test.test-helper.ts'
import {
  createAdapterEngine,
  createFetchTransport,
  EngineError,
  type EngineErrorCode,
  isEngineError,
  secretsIn,
  type WireFailure,
  withHint,
} from './index.ts'
import { startProvider } from './loopback-provider.test-helper.ts'
import { scriptAdapter } from './script-adapter.test-helper.ts'

/** What the adapter is given of a failed response. */
async function failureGiven(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{
  readonly given: WireFailure | undefined
  readonly error: EngineError
}> {
  let given: WireFailure | undefined
  const adapter = {
    ...scriptAdapter,
    classify(wire: WireFailure) {
      given = wire
      return new EngineError('not_found', wire.kind === 'response' ? `it says ${wire.body}` : 'in a stream')
    },
  }
  const transport = createFetchTransport({
    baseUrl: 'https://api.example/v1?key=sk-in-the-query',
    headers: () => ({ 'x-api-key': 'sk-se"cret/1' }),
    fetch: () => Promise.resolve(new Response(body, { status, headers })),
  })
  const engine = createAdapterEngine(adapter, transport, { defaults: { model: 'm' } })
  const clock = createManualClock(Date.parse('2026-10-21T07:28:00Z'))
  const error: unknown = await engine.runInference(background({ clock }), hello).catch((thrown: unknown) => thrown)
  if (!isEngineError(error)) throw new Error(`no engine error, but ${error}`)
  return { given, error }
}

describe('a response with an error status', () => {
  it('is read also where its report is an event of a stream', async () => {
    const report = '{"error":{"code":"insufficient_quota"}}'
    for (const body of [`data: ${report}\n\ndata: [DONE]\n\n`, `: hello\nevent: error\ndata: ${report}`])
      expect((await failureGiven(429, body)).given).toMatchObject({ body: report })
    expect((await failureGiven(429, 'data: no report')).given).toMatchObject({ body: 'data: no report' })
  })

  it('has the date at which it came, where it does not say one', async () => {
    const { given } = await failureGiven(429, '')
    expect(given?.header('date')).toBe('Wed, 21 Oct 2026 07:28:00 GMT')
    const date = 'Wed, 21 Oct 2026 07:00:00 GMT'
    expect((await failureGiven(429, '', { date })).given?.header('date')).toBe(date)
  })

  it('names the address where it is a page, and gives the adapter none of it', async () => {
    const { given, error } = await failureGiven(404, ' <html><title>Not\n here</title> sk-in-the-query</html>')
    expect(given).toMatchObject({ status: 404, body: '' })
    expect(error).toMatchObject({ code: 'not_found' })
    expect(error.message).toBe(
      'https://api.example/v1/answers answers status 404 with a page: Not here (check model and baseUrl)',
    )
  })
})

describe('a secret that was sent', () => {
  it.each([
    ['as it is', JSON.stringify({ error: 'wrong key sk-se"cret/1' })],
    ['with its slashes escaped', '{"error":"wrong key sk-se\\"cret\\/1"}'],
    ['with letters escaped', '{"error":"wrong key \\u0073k-se\\u0022cret/1","sk-in-the-query":1}'],
    ['in a text', 'wrong key sk-se"cret/1, sk-in-the-query'],
  ])('does not come back in an error: %s', async (_what, body) => {
    const { given, error } = await failureGiven(401, body)
    for (const shown of [given?.kind === 'response' ? given.body : '', error.message]) {
      expect(shown).toContain('wrong key ***')
      expect(shown).not.toMatch(/cret|in-the-query/)
    }
  })

  it.each([
    'data: sk-in-the-query-1\n\n',
    '{"wrong": sk-in-the-query',
    `[${' '.repeat(112)}sk-in-the-query`,
    '"wrong key sk-in-the-query"',
  ])('does not come back where an answer cannot be read: %j', async (body) => {
    await using provider = await startProvider((response) => void response.end(body))
    const error = await failure(infer(`${provider.baseUrl}?key=sk-in-the-query`))
    expect(error.code).toBe('protocol')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sk-in/)
  })

  it('is also one in the query of the address, and the longer of two is looked for first', () => {
    const secrets = secretsIn(
      [['x-api-key', 'sk-1234567']],
      'https://a.example/v1?token=sk-1234567-long&mode=none-of-it&key=short',
    )
    expect(secrets).toEqual(['sk-1234567-long', 'sk-1234567'])
  })
})

it('says what to do about an error, and does not go on for pages', () => {
  const codes: readonly EngineErrorCode[] = ['auth', 'quota', 'not_found', 'context_overflow', 'content_filter']
  for (const code of codes) expect(withHint('No.', code)).toMatch(/^No\. \(.+\)$/)
  expect(withHint('No.', 'overloaded')).toBe('No.')
  expect(withHint('x'.repeat(3000), 'overloaded')).toBe(`${'x'.repeat(2000)}…`)
})

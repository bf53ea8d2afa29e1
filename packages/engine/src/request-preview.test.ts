import { expect, it } from 'vitest'
import type { PreparedRequest } from './engine.ts'
import { hello } from './engine-under-test.test-helper.ts'
import { previewRequest } from './request-preview.ts'
import { estimateTokens } from './token-estimate.ts'

const request: PreparedRequest = {
  model: 'm',
  method: 'POST',
  path: '/v1/answers',
  headers: { 'x-format': 'script' },
  body: '{ "model": "m",\n "max_tokens": 7 }',
  stream: true,
  degradations: [{ code: 'reasoning-dropped', message: 'it was of another provider', blockId: 'r' }],
}

it('shows the request as it is, to the byte, with an estimate', () => {
  expect(previewRequest(request, hello)).toEqual({ ...request, estimate: estimateTokens(hello) })
  expect(previewRequest({ ...request, body: 'not JSON: token=1' }, hello).body).toBe('not JSON: token=1')
})

const bodyOf = (body: object): unknown =>
  JSON.parse(previewRequest({ ...request, body: JSON.stringify(body) }, hello).body)

it('masks what is called a secret, in headers and body', () => {
  const headers = { Authorization: 'Bearer k', 'x-api-key': 'k', 'X-Format': 'script' }
  expect(previewRequest({ ...request, headers }, hello).headers).toEqual({
    Authorization: '***',
    'x-api-key': '***',
    'X-Format': 'script',
  })
  expect(
    bodyOf({
      model: 'm',
      mcp_servers: [{ type: 'url', url: 'https://mcp.test', authorization_token: 'k' }],
      tools: [{ type: 'mcp', server_url: 'https://mcp.test', authorization: 'k', headers: { 'X-Anything': 'k' } }],
    }),
  ).toEqual({
    model: 'm',
    mcp_servers: [{ type: 'url', url: 'https://mcp.test', authorization_token: '***' }],
    tools: [{ type: 'mcp', server_url: 'https://mcp.test', authorization: '***', headers: { 'X-Anything': '***' } }],
  })
})

it('masks what an address holds of a secret, and the key of an authentication', () => {
  expect(
    bodyOf({
      server_url: 'https://user:pass@mcp.test/mcp?api_key=k&page=2',
      image_url: 'https://cdn.test/a.png?page=2',
      authentication: { type: 'api_key', key: 'k' },
    }),
  ).toEqual({
    server_url: 'https://***:***@mcp.test/mcp?api_key=***&page=2',
    image_url: 'https://cdn.test/a.png?page=2',
    authentication: { type: 'api_key', key: '***' },
  })
})

it('leaves what only sounds like one: counts, schemas, what is said', () => {
  const body = {
    max_tokens: 7,
    tokens: 'many',
    tool: { headers: { kind: 'table' }, properties: { token: { type: 'string' }, password: { type: 'string' } } },
    messages: [{ role: 'user', content: 'my password is 1234' }],
  }
  expect(bodyOf(body)).toEqual(body)
})

it('shows where the request goes, and the headers of the transport too', () => {
  const target = { address: 'https://api.test/v1/answers', headers: { 'x-format': 'script', authorization: '***' } }
  const preview = previewRequest({ ...request, target }, hello)
  expect(preview).toEqual({ ...request, ...target, estimate: estimateTokens(hello) })
})

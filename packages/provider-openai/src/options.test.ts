import { background } from '@geppetto/context'
import { createTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChat as byFetch } from './fetch.ts'
import { openaiChat as bySdk } from './index.ts'
import type { ModelOptions } from './options.ts'

describe.each([
  ['the SDK', (options: ModelOptions) => bySdk(options)],
  ['fetch', (options: ModelOptions) => byFetch(options)],
])('options of openaiChat by %s', (_name, make) => {
  it.each([
    ['no model', { model: '' }],
    ['a temperature that is no number', { model: 'm', temperature: Number.NaN, topP: Number.POSITIVE_INFINITY }],
    ['an option that there is not', { model: 'm', maxTokens: 5 }],
    ['a host that there is not', { model: 'm', host: 'nowhere' }],
    ['an empty key', { model: 'm', apiKey: '' }],
    ['a limit of no time', { model: 'm', timeLimits: { idleMs: 0 } }],
  ])('refuses %s', (_what, options) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }))
  })

  it('takes what the inference config holds as defaults', () => {
    const engine = make({ model: 'm', temperature: 0.5 })
    const turn = createTurn({
      blocks: [{ kind: 'user', id: 'b', createdAt: 0, metadata: {}, content: [{ type: 'text', text: 'Q' }] }],
    })
    expect(JSON.parse(engine.prepare?.(background(), turn).body ?? '')).toMatchObject({ model: 'm', temperature: 0.5 })
  })
})

it('names the option that there is not, and those that there are', () => {
  const options: ModelOptions & { readonly baseURL: string } = { model: 'm', baseURL: 'https://a/v1' }
  expect(() => bySdk(options)).toThrow(/no option baseURL. Did you mean baseUrl\? The options are .*baseUrl/)
})

it.each([
  ['host.systemAnywere', { systemAnywere: false }, 'host.systemAnywhere?'],
  ['host.maxStopSequences', { maxStopSequences: '4' }, 'must be such as 16, not "4"'],
  ['host.media', { media: 'image' }, 'must be such as'],
])('names what is wrong in a host of your own: %s', (path, host, message) => {
  for (const make of [bySdk, byFetch]) {
    const given = JSON.parse(JSON.stringify({ model: 'm', host }))
    const expected = expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(message) })
    expect(() => make(given)).toThrow(expected)
    expect(() => make(given)).toThrow(path)
  }
})

it('refuses headers that are no texts', () => {
  const options = JSON.parse('{"model":"m","headers":{"a":1}}')
  expect(() => byFetch(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ImportResult, importAISDKMessages } from '../import.ts'
import { isJsonObject, type JsonValue } from '../index.ts'
import { homeOptions, plainOptions, readFixture } from './import.test-helper.ts'

interface Place {
  readonly holder: object
  readonly path: string
}

/** All the objects in it, with their paths. */
function objectsIn(value: unknown, path: string): readonly Place[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => objectsIn(item, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([name, item]: [string, unknown]) => objectsIn(item, `${path}.${name}`))
  return [{ holder: value, path }, ...inner]
}

/** Whether it is in the turn, or the place where it stood, or one that holds it, is among the losses. */
function isAccountedFor({ turn, losses }: ImportResult, mark: string, path: string): boolean {
  return (
    JSON.stringify(turn).includes(mark) ||
    losses.some(
      (loss) => path === loss.path || (path.startsWith(loss.path) && /^[.[]/.test(path.slice(loss.path.length))),
    )
  )
}

/** Conversations as each version of the SDK has them: 3.4, 4 (both forms), 5 and 6 (the fixtures), 7. */
const versions: Readonly<Record<string, () => JsonValue>> = {
  'UI messages of 5 and 6': () => JSON.parse(JSON.stringify(readFixture('ai-sdk-ui'))),
  'model messages of 5 and 6': () => JSON.parse(JSON.stringify(readFixture('ai-sdk-model'))),
  'UI messages of 3.4 and 4': () => [
    {
      id: '1',
      role: 'user',
      content: 'a',
      experimental_attachments: [{ url: 'https://a.example', name: 'a', contentType: 'text/csv' }],
    },
    {
      ...{ id: '2', role: 'assistant', content: 'b', reasoning: 'c', annotations: [{}], data: {} },
      toolInvocations: [{ state: 'result', step: 1, toolCallId: 'c', toolName: 'f', args: { a: 1 }, result: { b: 2 } }],
    },
    {
      ...{ id: '3', role: 'assistant', content: '' },
      parts: [
        {
          type: 'reasoning',
          reasoning: 'r',
          details: [
            { type: 'text', text: 'r', signature: 's' },
            { type: 'redacted', data: 'd' },
          ],
        },
        { type: 'tool-invocation', toolInvocation: { state: 'call', toolCallId: 'd', toolName: 'f', args: {} } },
        {
          type: 'source',
          source: { sourceType: 'url', id: 's', url: 'https://a.example', providerMetadata: { a: {} } },
        },
        { type: 'text', text: 't' },
        { type: 'file', mimeType: 'image/png', data: 'AAAA' },
      ],
    },
  ],
  'core messages of 3.4 and 4': () => [
    { role: 'system', content: 'a', experimental_providerMetadata: { anthropic: { cacheControl: {} } } },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'b' },
        { type: 'image', image: 'AAAA', mimeType: 'image/png' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'r', signature: 's', providerOptions: { a: { b: 1 } } },
        { type: 'redacted-reasoning', data: 'd' },
        { type: 'text', text: 't' },
        { type: 'tool-call', toolCallId: 'c', toolName: 'f', args: {} },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          ...{ type: 'tool-result', toolCallId: 'c', toolName: 'f', result: { a: 1 }, isError: true },
          experimental_content: [
            { type: 'text', text: 'x' },
            { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          ],
        },
      ],
    },
  ],
  'messages of 7': () => [
    {
      ...{ id: '1', role: 'assistant', metadata: { a: {} } },
      parts: [
        { type: 'step-start' },
        { type: 'text', text: 'a', citations: [{ source: { type: 'source', id: 's', url: 'https://a.example' } }] },
        {
          type: 'steering-message',
          id: '2',
          parts: [
            { type: 'text', text: 'b' },
            { type: 'file', url: 'https://a.example', mediaType: 'a/b' },
          ],
        },
        { type: 'reasoning-file', url: 'https://a.example', mediaType: 'a/b' },
        { type: 'custom', kind: 'a.b' },
        {
          ...{ type: 'tool-f', toolCallId: 'c', state: 'output-denied', input: {}, title: 't', toolMetadata: { a: 1 } },
          approval: { id: 'a', approved: false, descriptor: {}, reason: 'no' },
        },
        {
          type: 'tool-f',
          toolCallId: 'd',
          state: 'output-error',
          input: {},
          rawInput: 'x',
          errorText: 'e',
          approval: { id: 'a', approved: true },
        },
      ],
    },
    { role: 'user', content: [{ type: 'file', data: { type: 'url', url: 'https://a.example' }, mediaType: 'a/b' }] },
    {
      role: 'assistant',
      content: [
        { type: 'tool-call', toolCallId: 'e', toolName: 'f', input: {} },
        { type: 'tool-approval-request', approvalId: 'x', toolCallId: 'e', reason: 'r', signature: 's' },
      ],
    },
    {
      role: 'tool',
      content: [
        { type: 'tool-approval-response', approvalId: 'x', approved: true, reason: 'r' },
        {
          ...{ type: 'tool-result', toolCallId: 'e', toolName: 'f' },
          output: {
            ...{ type: 'content', providerOptions: { a: { b: 1 } } },
            value: [
              { type: 'text', text: 'x', providerOptions: { a: { b: 1 } } },
              { type: 'file', data: { type: 'data', data: 'AAAA' }, mediaType: 'a/b', filename: 'n' },
              { type: 'file-reference', providerReference: { openai: 'f' } },
            ],
          },
        },
      ],
    },
  ],
}

describe.each(Object.entries(versions))('importAISDKMessages, of %s,', (_name, make) => {
  it('takes over every field, or tells of it', () => {
    const places = objectsIn(make(), 'messages')
    const numbers = { at: fc.nat(places.length - 1), isHome: fc.boolean() }
    fc.assert(
      fc.property(fc.record(numbers), ({ at, isHome }) => {
        const messages = make()
        const place = objectsIn(messages, 'messages')[at]
        if (place === undefined || !Array.isArray(messages)) throw new Error('nothing is there')
        Reflect.set(place.holder, 'zz_mark', 'zz_value')
        const result = importAISDKMessages(messages, isHome ? homeOptions() : plainOptions())
        const isKnown = isAccountedFor(result, 'zz_value', `${place.path}.zz_mark`)
        expect(isKnown ? '' : `${place.path} in ${JSON.stringify(result.losses.map(({ path }) => path))}`).toBe('')
      }),
      { numRuns: places.length * 4 },
    )
  })

  it('takes over every text, or tells of it', () => {
    const structural =
      /^(?:type|role|state|toolName|toolCallId|approvalId|id|sourceType|mediaType|mimeType|contentType)$/
    for (const [at, { holder }] of objectsIn(make(), 'messages').entries())
      for (const [name, value] of Object.entries(holder)) {
        if (typeof value !== 'string' || structural.test(name)) continue
        const messages = make()
        const place = objectsIn(messages, 'messages')[at]
        if (place === undefined || !Array.isArray(messages)) throw new Error('nothing is there')
        const mark =
          isJsonObject(place.holder) && ['data', 'url', 'image'].includes(name) ? 'https://zz.example' : 'zz_value'
        Reflect.set(place.holder, name, mark)
        const result = importAISDKMessages(messages, homeOptions())
        const isKnown = isAccountedFor(result, mark, `${place.path}.${name}`)
        expect(isKnown ? '' : `${place.path}.${name} in ${JSON.stringify(result.losses.map(({ path }) => path))}`).toBe(
          '',
        )
      }
  })
})

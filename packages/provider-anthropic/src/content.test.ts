import { type ContentPart, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepared } from './prepare.test-helper.ts'

const base64 = (data: string) => ({ type: 'base64' as const, data })
const url = (address: string) => ({ type: 'url' as const, url: address })
const file = (api: string) => ({ type: 'provider-file' as const, api, fileId: 'file_1' })

const taken: readonly (readonly [string, ContentPart, unknown])[] = [
  [
    'an image',
    { type: 'image', source: base64('AAAA'), mediaType: 'image/png' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  ],
  [
    'an image of a type that its bytes tell',
    { type: 'image', source: base64('/9j/AAAA') },
    { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/AAAA' } },
  ],
  [
    'an image by its address',
    { type: 'image', source: url('https://example.com/a.png') },
    { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
  ],
  [
    'an image in its address',
    { type: 'image', source: url('data:image/gif;base64,R0lGOD') },
    { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'R0lGOD' } },
  ],
  [
    'an image that the provider keeps',
    { type: 'image', source: file('anthropic-messages') },
    { type: 'image', source: { type: 'file', file_id: 'file_1' } },
  ],
  [
    'a PDF',
    { type: 'file', source: base64('JVBERi0'), mediaType: 'application/pdf', name: 'a.pdf' },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0' }, title: 'a.pdf' },
  ],
  [
    'a PDF by its address',
    { type: 'file', source: url('https://example.com/a.pdf') },
    { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
  ],
  [
    'a text',
    { type: 'file', source: base64('R3LDvMOfZQ=='), mediaType: 'text/markdown' },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
  ],
  [
    'a text that says nothing',
    { type: 'file', source: base64(''), mediaType: 'text/plain', name: 'a.txt' },
    { type: 'text', text: 'The file a.txt is empty.' },
  ],
  [
    'a file that is an image',
    { type: 'file', source: base64('AAAA'), mediaType: 'IMAGE/PNG' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  ],
  [
    'a document that the provider keeps',
    { type: 'file', source: file('anthropic-messages') },
    { type: 'document', source: { type: 'file', file_id: 'file_1' } },
  ],
]

const refused: readonly (readonly [string, ContentPart])[] = [
  ['audio', { type: 'audio', source: base64('AAAA'), mediaType: 'audio/wav' }],
  ['an image of another type', { type: 'image', source: base64('AAAA'), mediaType: 'image/tiff' }],
  ['an image of no known type', { type: 'image', source: base64('AAAA') }],
  ['a file of another provider', { type: 'file', source: file('openai-responses') }],
  ['a file of another type', { type: 'file', source: base64('AAAA'), mediaType: 'application/msword' }],
  ['a text by its address', { type: 'file', source: url('https://example.com/a.txt'), mediaType: 'text/plain' }],
]

const inResult = (part: ContentPart) => [
  userBlock('a'),
  toolCallBlock({ callId: 'c1', name: 'look', input: { state: 'parsed', value: {} } }),
  toolResultBlock({ callId: 'c1', name: 'look', outcome: 'ok', content: [part] }, { id: 'here' }),
]

describe('content', () => {
  it.each(taken)('%s is sent, by users and tools', (_what, part, sent) => {
    expect(prepared([userBlock([part])]).json.messages).toEqual([{ role: 'user', content: [sent] }])
    expect(prepared(inResult(part)).json.messages).toMatchObject([{}, {}, { content: [{ content: [sent] }] }])
  })

  it.each(refused)('%s is refused by its block, before anything is sent', (_what, part) => {
    const expected = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('block here') })
    expect(() => prepared([userBlock([part], { id: 'here' })])).toThrow(expected)
    expect(() => prepared(inResult(part))).toThrow(expected)
  })

  it('of an error is text alone: the rest of it stands behind all results', () => {
    const call = (callId: string) => toolCallBlock({ callId, name: 'look', input: { state: 'parsed', value: {} } })
    const image: ContentPart = { type: 'image', source: base64('AAAA'), mediaType: 'image/png' }
    const failed = (callId: string, content: readonly ContentPart[]) =>
      toolResultBlock({ callId, name: 'look', outcome: 'error', content })
    const { json, codes } = prepared([
      userBlock('a'),
      call('c1'),
      call('c2'),
      failed('c1', [{ type: 'text', text: 'seen' }, image]),
      failed('c2', [image]),
      userBlock('b'),
    ])
    expect(json.messages).toMatchObject([
      {},
      {},
      {
        content: [
          { tool_use_id: 'c1', content: [{ type: 'text', text: 'seen' }], is_error: true },
          { tool_use_id: 'c2', content: [{ type: 'text', text: 'The outcome is: error.' }], is_error: true },
          { type: 'image' },
          { type: 'image' },
          { type: 'text', text: 'b' },
        ],
      },
    ])
    expect(codes).toEqual(['media-moved', 'media-moved'])
  })
})

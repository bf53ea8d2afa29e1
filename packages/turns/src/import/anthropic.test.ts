import { describe, expect, it } from 'vitest'
import { importAnthropicMessages } from '../import.ts'
import { homeOptions, linesOf, payloadsOf, plainOptions } from './import.test-helper.ts'

const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'sig' }
const redacted = { type: 'redacted_thinking', data: 'secret' }
const use = { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } }
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } }
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ encrypted_content: 'e' }] }
const messages = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: [thinking, redacted, { type: 'text', text: 'Let me look.' }, search, found, use] },
  {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [{ type: 'text', text: 'broken' }] },
      { type: 'text', text: 'Try again.' },
    ],
  },
  { role: 'assistant', content: 'It is broken.' },
]

describe('importAnthropicMessages', () => {
  it('keeps each content block’s own form, where it is known whose they are', () => {
    const result = importAnthropicMessages({ system: 'Be kind.', messages }, homeOptions())
    expect(linesOf(result)).toEqual([
      'system: Be kind.',
      'user: Hi',
      'reasoning: Hm.',
      'reasoning: ',
      'assistant: Let me look.',
      'provider server_tool_use',
      'provider web_search_tool_result',
      'call toolu_1 f: {"a":1}',
      'result toolu_1 f error: broken',
      'user: Try again.',
      'assistant: It is broken.',
    ])
    expect(payloadsOf(result).slice(2, 8)).toEqual([
      { index: 0, block: { type: 'thinking', signature: 'sig' } },
      { index: 1, block: redacted },
      { index: 2, block: { type: 'text' } },
      { index: 3, block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search' } },
      { index: 4, block: { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1' } },
      { index: 5, block: { type: 'tool_use', id: 'toolu_1', name: 'f' } },
    ])
    expect(result.losses).toEqual([])
  })

  it('tells of what only its maker understands, and keeps what can be read', () => {
    const result = importAnthropicMessages({ messages }, plainOptions())
    expect(linesOf(result).slice(1, 5)).toEqual([
      'reasoning: Hm.',
      'assistant: Let me look.',
      'provider server_tool_use',
      'provider web_search_tool_result',
    ])
    expect(result.losses.map(({ path }) => path)).toEqual([
      'messages[1].content[0].signature',
      'messages[1].content[1].data',
      'messages[1].content[3]',
      'messages[1].content[4]',
    ])
    expect(payloadsOf(result).every((payload) => payload === undefined)).toBe(true)
  })

  it('reads documents and images from all their sources', () => {
    const { turn, losses } = importAnthropicMessages(
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
              { type: 'image', source: { type: 'file', file_id: 'file_1' } },
              { type: 'document', title: 'Plan', source: { type: 'url', url: 'https://example.com/a.pdf' } },
              { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' }, context: 'mail' },
              {
                type: 'document',
                title: 'Notes',
                source: { type: 'content', content: [{ type: 'text', text: 'One.' }] },
              },
              {
                type: 'search_result',
                source: 'https://a.example',
                title: 'A',
                content: [{ type: 'text', text: 'Found.' }],
              },
              { type: 'container_upload', file_id: 'file_2' },
            ],
          },
        ],
      },
      plainOptions(),
    )
    expect(turn.blocks[0]).toMatchObject({
      content: [
        { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png' },
        { type: 'image', source: { type: 'provider-file', api: 'anthropic-messages', fileId: 'file_1' } },
        { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' }, name: 'Plan' },
        { type: 'file', source: { type: 'base64', data: 'R3LDvMOfZQ==' }, mediaType: 'text/plain' },
        { type: 'text', text: 'Notes\nOne.' },
        { type: 'text', text: 'A\nhttps://a.example\nFound.' },
      ],
    })
    expect(losses.map(({ path }) => path)).toEqual([
      'messages[0].content[5]',
      'messages[0].content[6]',
      'messages[0].content[3].context',
    ])
  })

  it('reads system texts as blocks and in the middle, and tells of marks for the cache', () => {
    const system = [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }]
    const result = importAnthropicMessages(
      {
        system,
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'system', content: 'Be brief.' },
        ],
      },
      plainOptions(),
    )
    expect(linesOf(result)).toEqual(['system: Be kind.', 'user: Hi', 'system: Be brief.'])
    expect(result.losses.map(({ path }) => path)).toEqual(['system[0].cache_control'])
  })

  it('tells of what it cannot read, and goes on', () => {
    const result = importAnthropicMessages(
      {
        messages: [
          'text',
          { role: 'user', content: [] },
          { role: 'user', content: [{ type: 'tool_result', content: 'lost' }] },
          { role: 'assistant', content: [3, { type: 'tool_use', id: 'x', input: {} }] },
          { role: 'assistant', content: { text: 'Hi' } },
          { role: 'user', content: 'Hi' },
        ],
      },
      homeOptions(),
    )
    expect(linesOf(result)).toEqual(['user: Hi'])
    expect(result.losses.map(({ path }) => path)).toEqual([
      'messages[0]',
      'messages[1]',
      'messages[2].content[0]',
      'messages[3].content[0]',
      'messages[3].content[1]',
      'messages[4].content',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { importAISDKMessages } from '../import.ts'
import { pendingCalls } from '../index.ts'
import { homeOptions, linesOf, payloadsOf, plainOptions, readFixture } from './import.test-helper.ts'

const importPlain = (...messages: readonly unknown[]) => importAISDKMessages(messages, plainOptions())
const unseen = 'The outcome was not observed. The tool may or may not have had its effect.'

describe('importAISDKMessages, of UI messages', () => {
  const result = importAISDKMessages(readFixture('ai-sdk-ui'), plainOptions())

  it('reads whole conversations, each step with its results, whatever state its calls were left in', () => {
    expect(linesOf(result)).toEqual([
      'system: Answer shortly.',
      'user: What is in the picture, and what is the weather there? + image + file',
      'reasoning: A tower, so Paris.',
      'assistant: Let me look.',
      'call toolu_1 get_weather: {"city":"Paris"}',
      'call toolu_2 get_time: {"city":"Paris"}',
      'result toolu_1 get_weather ok: {"degrees":12}',
      'result toolu_2 get_time error: The clock is broken.',
      'assistant: 12 degrees in Paris.',
      'user: Send it to Ann, Bob and Cleo, and book a table.',
      'call c1 send: {"to":"Ann"}',
      'call c2 send: {"to":"Bob"}',
      'call c3 send: {"to":"Cleo"}',
      'call c4 book: {"state":"incomplete","raw":"{\\"seats\\":4}"}',
      'call c5 book: {}',
      'assistant (cut): I am sen',
      'result c2 send pending: There is no result yet: the call waits for an approval.',
      'result c3 send denied: Not to Cleo.',
      'result c5 book unknown: asking the restaurant',
      `result c1 send unknown: ${unseen}`,
      'result c4 book not-run: Not run: its arguments did not arrive whole.',
    ])
    expect(pendingCalls(result.turn).map(({ callId }) => callId)).toEqual(['c2'])
  })

  it('keeps whose message a block begins, and what a text refers to', () => {
    expect(result.turn.blocks[1]).toMatchObject({
      content: [{}, { source: { data: 'iVBORw0KGgo=' }, mediaType: 'image/png' }, { name: 'plan.pdf' }],
      metadata: { 'geppetto.aiSdkMessage': { id: 'm2', metadata: { sentBy: 'web' } } },
    })
    expect(result.turn.blocks[8]).toMatchObject({
      citations: [{ url: 'https://example.com/weather', title: 'Weather' }, { title: 'Almanac' }],
    })
  })

  it('tells of what could not be taken over', () => {
    expect(result.losses.map(({ path }) => path).toSorted()).toEqual([
      'messages[1].parts[1].filename',
      'messages[1].parts[3]',
      'messages[2].parts[1].providerMetadata.anthropic.signature',
      'messages[4].parts[1]',
      'messages[4].parts[2].approval',
      'messages[4].parts[3].approval.id',
      'messages[4].parts[4]',
      'messages[4].parts[5]',
    ])
  })

  it('puts a step together as its maker said it, where that is known', () => {
    const home = importAISDKMessages(readFixture('ai-sdk-ui'), homeOptions())
    expect(payloadsOf(home).slice(2, 6)).toEqual([
      { index: 0, block: { type: 'thinking', signature: 'c2lnbmF0dXJl' } },
      { index: 1, block: { type: 'text' } },
      { index: 2, block: { type: 'tool_use', id: 'toolu_1', name: 'get_weather' } },
      { index: 3, block: { type: 'tool_use', id: 'toolu_2', name: 'get_time' } },
    ])
    expect(home.turn.blocks[2]?.native?.api).toBe('anthropic-messages')
  })

  it('puts the items of Responses together of what the SDK keeps of them', () => {
    const kept = (itemId: string, reasoningEncryptedContent?: string) => ({
      openai: { itemId, reasoningEncryptedContent },
    })
    const home = importAISDKMessages(
      [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'One.', providerMetadata: kept('rs_1', 'secret') },
            { type: 'reasoning', text: 'Two.', providerMetadata: kept('rs_1', 'secret') },
            {
              type: 'tool-f',
              toolCallId: 'c1',
              state: 'output-available',
              input: { a: 1 },
              output: 'done',
              callProviderMetadata: kept('fc_1'),
            },
            { type: 'text', text: 'Done.', providerMetadata: kept('msg_1') },
          ],
        },
      ],
      homeOptions(),
    )
    const summary = ['One.', 'Two.'].map((text) => ({ type: 'summary_text', text }))
    expect(payloadsOf(home)).toEqual([
      {
        place: 0,
        part: 0,
        parts: 2,
        item: { type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'secret' },
      },
      { place: 0, part: 1, parts: 2 },
      {
        place: 1,
        part: 0,
        parts: 1,
        item: {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'c1',
          name: 'f',
          arguments: '{"a":1}',
          status: 'completed',
        },
        last: true,
      },
      undefined,
      {
        place: 0,
        part: 0,
        parts: 1,
        item: {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
        },
        last: true,
      },
    ])
    expect(home.losses).toEqual([])
  })

  it('keeps no half of a step, and says so', () => {
    const signed = { type: 'reasoning', text: 'Hm.', providerMetadata: { anthropic: { signature: 's' } } }
    const unsigned = { type: 'reasoning', text: 'So.' }
    const home = importAISDKMessages([{ role: 'assistant', parts: [signed, unsigned] }], homeOptions())
    expect(payloadsOf(home)).toEqual([undefined, undefined])
    expect(home.losses).toEqual([
      {
        path: 'messages[0].parts[0].providerMetadata.anthropic.signature',
        reason: 'the rest of its step is missing, without which it cannot go back',
      },
    ])
  })

  it('shows what the provider ran and made itself, and says that it does not go back', () => {
    const parts = [
      {
        type: 'tool-web_search',
        toolCallId: 'w',
        state: 'output-available',
        providerExecuted: true,
        input: { q: 1 },
        output: [],
      },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AAAA' },
    ]
    const shown = importPlain({ role: 'assistant', parts })
    expect(shown.turn.blocks).toMatchObject([
      { type: 'provider-executed-tool', name: 'web_search', input: { q: 1 }, output: [] },
      { type: 'file', output: { type: 'image', mediaType: 'image/png' } },
    ])
    expect(shown.losses).toHaveLength(2)
  })

  it('reads the messages of version 4', () => {
    const old = importPlain(
      {
        id: 'o1',
        role: 'user',
        createdAt: new Date(5),
        content: 'Weather?',
        experimental_attachments: [{ name: 'a.png', contentType: 'image/png', url: 'data:image/png;base64,AAAA' }],
      },
      {
        id: 'o2',
        role: 'assistant',
        content: 'Mild.',
        toolInvocations: [],
        parts: [
          {
            type: 'reasoning',
            reasoning: 'Hm.',
            details: [
              { type: 'text', text: 'Hm.', signature: 's' },
              { type: 'redacted', data: 'd' },
            ],
          },
          {
            type: 'tool-invocation',
            toolInvocation: { state: 'result', toolCallId: 'c1', toolName: 'f', args: { a: 1 }, result: 12 },
          },
          {
            type: 'tool-invocation',
            toolInvocation: { state: 'partial-call', toolCallId: 'c2', toolName: 'f', args: {} },
          },
          { type: 'text', text: 'Mild.' },
          { type: 'source', source: { url: 'https://a.example', title: 'A' } },
        ],
      },
    )
    expect(linesOf(old)).toEqual([
      'user: Weather? + image',
      'reasoning: Hm.',
      'call c1 f: {"a":1}',
      'call c2 f: {"state":"incomplete","raw":"{}"}',
      'result c1 f ok: 12',
      'result c2 f not-run: Not run: its arguments did not arrive whole.',
      'assistant: Mild.',
    ])
    expect(old.turn.blocks[0]?.createdAt).toBe(5)
  })
})

describe('importAISDKMessages, of model messages', () => {
  const result = importAISDKMessages(readFixture('ai-sdk-model'), plainOptions())

  it('reads what the SDK itself makes of those UI messages', () => {
    expect(linesOf(result)).toEqual([
      'system: Answer shortly.',
      'user: What is in the picture, and what is the weather there? + image + file',
      'reasoning: A tower, so Paris.',
      'assistant: Let me look.',
      'call toolu_1 get_weather: {"city":"Paris"}',
      'call toolu_2 get_time: {"city":"Paris"}',
      'result toolu_1 get_weather ok: {"degrees":12}',
      'result toolu_2 get_time error: The clock is broken.',
      'assistant: 12 degrees in Paris.',
      'user: Send it to Ann, Bob and Cleo, and book a table.',
      'call c1 send: {"to":"Ann"}',
      'call c2 send: {"to":"Bob"}',
      'call c3 send: {"to":"Cleo"}',
      'call c5 book: {}',
      'assistant: I am sen',
      'result c3 send denied: Not to Cleo.',
      'result c5 book ok: asking the restaurant',
      'result c2 send pending: There is no result yet: the call waits for an approval.',
      `result c1 send unknown: ${unseen}`,
    ])
  })

  it('reads bytes, addresses and lists of parts', () => {
    const read = importPlain(
      {
        role: 'user',
        content: [
          { type: 'image', image: new Uint8Array([1, 2]) },
          { type: 'image', image: new URL('https://example.com/a.png'), mediaType: 'image/*' },
          { type: 'file', data: { type: 'Buffer', data: [1, 2] }, mediaType: 'application/pdf' },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'f', input: null }] },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c',
            toolName: 'f',
            output: {
              type: 'content',
              value: [
                { type: 'text', text: 'See:' },
                { type: 'image-data', data: 'AQI=', mediaType: 'image/png' },
                { type: 'file-id', fileId: { anthropic: 'file_1' } },
                { type: 'custom' },
              ],
            },
          },
        ],
      },
    )
    expect(read.turn.blocks).toMatchObject([
      {
        content: [
          { type: 'image', source: { data: 'AQI=' } },
          { type: 'image', source: { url: 'https://example.com/a.png' } },
          { type: 'file', source: { data: 'AQI=' }, mediaType: 'application/pdf' },
        ],
      },
      { input: { value: {} } },
      { content: [{ text: 'See:' }, { type: 'image' }, { source: { api: 'anthropic-messages', fileId: 'file_1' } }] },
    ])
    expect(read.losses.map(({ path }) => path)).toEqual(['messages[2].content[0].output.value[3]'])
  })

  it('reads the core messages of version 4', () => {
    const old = importPlain(
      {
        role: 'assistant',
        content: [
          { type: 'redacted-reasoning', data: 'd' },
          { type: 'tool-call', toolCallId: 'c', toolName: 'f', args: { a: 1 } },
        ],
      },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'f', result: 'no', isError: true }] },
    )
    expect(linesOf(old)).toEqual(['call c f: {"a":1}', 'result c f error: no'])
    expect(old.losses.map(({ path }) => path)).toEqual(['messages[0].content[0].data'])
  })

  it('tells of what it cannot read, and goes on', () => {
    const read = importPlain(
      7,
      { role: 'data', content: 'x' },
      { role: 'user', content: [{ type: 'video' }, 'Hi'] },
      { role: 'tool', content: 'x' },
      { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'none', approved: true }] },
      { role: 'assistant', content: [null, { type: 'tool-call', input: {} }] },
    )
    expect(linesOf(read)).toEqual(['user: Hi'])
    expect(read.losses.map(({ path }) => path)).toEqual([
      'messages[0]',
      'messages[1]',
      'messages[2].content[0]',
      'messages[3].content',
      'messages[4].content[0]',
      'messages[5].content[0]',
      'messages[5].content[1]',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { importAISDKMessages } from '../import.ts'
import { linesOf, plainOptions } from './import.test-helper.ts'

const importPlain = (...messages: readonly unknown[]) => importAISDKMessages(messages, plainOptions())
const unseen = 'The outcome was not observed. The tool may or may not have had its effect.'

describe('importAISDKMessages, of messages before there were parts', () => {
  const invocation = (callId: string, more: object) => ({ toolCallId: callId, toolName: 'f', args: { a: 1 }, ...more })

  it('reads the calls, step by step, with their results, the reasoning and the text', () => {
    const old = importPlain(
      { id: 'm1', role: 'user', content: 'Go.' },
      {
        id: 'm2',
        role: 'assistant',
        content: 'Done.',
        reasoning: 'All is there.',
        toolInvocations: [
          invocation('c1', { state: 'result', step: 0, result: { ok: true } }),
          invocation('c2', { state: 'call', step: 1 }),
          invocation('c3', { state: 'partial-call', step: 1 }),
        ],
      },
    )
    expect(linesOf(old)).toEqual([
      'user: Go.',
      'call c1 f: {"a":1}',
      'result c1 f ok: {"ok":true}',
      'call c2 f: {"a":1}',
      'call c3 f: {"state":"incomplete","raw":"{\\"a\\":1}"}',
      'reasoning: All is there.',
      'assistant: Done.',
      `result c2 f unknown: ${unseen}`,
      'result c3 f not-run: Not run: its arguments did not arrive whole.',
    ])
    expect(old.losses.map(({ path }) => path)).toEqual([
      'messages[1].toolInvocations[1]',
      'messages[1].toolInvocations[2]',
    ])
    expect(old.turn.blocks[1]?.metadata).toEqual({ 'geppetto.aiSdkMessage': { id: 'm2' } })
  })

  it('tells of the fields of version 3.4 that a turn has no place for', () => {
    const old = importPlain({
      role: 'assistant',
      content: 'Hi.',
      ui: 'x',
      data: { a: 1 },
      annotations: [1],
      tool_calls: [{ id: 'c' }],
      function_call: 'f',
      name: 'n',
      tool_call_id: 'c',
      experimental_attachments: [{ url: 'https://a.example' }],
      toolInvocations: [],
    })
    expect(old.losses.map(({ path }) => path.replace('messages[0].', '')).toSorted()).toEqual([
      'annotations',
      'data',
      'experimental_attachments',
      'function_call',
      'name',
      'tool_call_id',
      'tool_calls',
      'ui',
    ])
  })

  it('tells of what stands beside parts, and in none of them', () => {
    const old = importPlain({
      role: 'assistant',
      content: 'Else.',
      reasoning: 'Hm.',
      toolInvocations: [invocation('c1', { state: 'call' })],
      parts: [{ type: 'text', text: 'Hi.' }],
    })
    expect(old.losses.map(({ path }) => path)).toEqual([
      'messages[0].content',
      'messages[0].reasoning',
      'messages[0].toolInvocations[0]',
    ])
  })
})

describe('importAISDKMessages, of messages of version 7', () => {
  it('reads what a user said in the middle of an answer, and what a text refers to', () => {
    const source = { type: 'source', sourceType: 'url', id: 's', url: 'https://a.example', title: 'A' }
    const read = importPlain({
      id: 'm1',
      role: 'assistant',
      parts: [
        { type: 'text', text: 'First.', citations: [{ source, startIndex: 0, endIndex: 5, citedText: 'one' }] },
        { type: 'steering-message', id: 'm2', parts: [{ type: 'text', text: 'Shorter!' }] },
        { type: 'text', text: 'Ok.' },
        { type: 'reasoning-file', mediaType: 'image/png', url: 'data:image/png;base64,AAAA' },
        { type: 'custom', kind: 'a.b' },
      ],
    })
    expect(linesOf(read)).toEqual(['assistant: First.', 'user: Shorter!', 'assistant: Ok.'])
    expect(read.turn.blocks[0]).toMatchObject({
      citations: [{ url: 'https://a.example', title: 'A', start: 0, end: 5, text: 'one' }],
    })
    expect(read.turn.blocks[1]?.metadata).toEqual({ 'geppetto.aiSdkMessage': { id: 'm2' } })
    expect(read.losses.map(({ path }) => path)).toEqual(['messages[0].parts[3]', 'messages[0].parts[4]'])
  })

  it('reads files in each of their forms', () => {
    const file = (data: unknown, mediaType = 'application/pdf') => ({ type: 'file', data, mediaType })
    const read = importPlain({
      role: 'user',
      content: [
        file({ type: 'data', data: 'AAAA' }),
        file({ type: 'data', data: new Uint8Array([0, 0, 0]) }),
        file({ type: 'url', url: new URL('https://a.example/a') }),
        file({ type: 'text', text: 'Hi' }, 'text/plain'),
        file({ type: 'reference', reference: { anthropic: 'file_1' } }),
        file({ openai: 'file_2' }),
        { type: 'image', image: { anthropic: 'file_3' } },
        file({ type: 'reference', reference: { elsewhere: 'file_4' } }),
      ],
    })
    expect(read.turn.blocks[0]).toMatchObject({
      content: [
        { type: 'file', source: { data: 'AAAA' } },
        { type: 'file', source: { data: 'AAAA' } },
        { type: 'file', source: { url: 'https://a.example/a' } },
        { type: 'file', source: { data: 'SGk=' }, mediaType: 'text/plain' },
        { type: 'file', source: { api: 'anthropic-messages', fileId: 'file_1' } },
        { type: 'file', source: { api: 'openai-responses', fileId: 'file_2' } },
        { type: 'image', source: { api: 'anthropic-messages', fileId: 'file_3' } },
      ],
    })
    expect(read.losses.map(({ path }) => path)).toEqual(['messages[0].content[7]'])
  })
})

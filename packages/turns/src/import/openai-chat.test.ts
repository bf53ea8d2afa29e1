import { describe, expect, it } from 'vitest'
import { importOpenAIChatMessages } from '../import.ts'
import { homeOptions, linesOf, lossesOf, payloadsOf, plainOptions, untyped } from './import.test-helper.ts'

const call = (id: string, args: string) => ({ id, type: 'function', function: { name: 'f', arguments: args } })
const importPlain = (...messages: readonly unknown[]) => importOpenAIChatMessages(messages, plainOptions())
const importHome = (...messages: readonly unknown[]) => importOpenAIChatMessages(messages, homeOptions())

describe('importOpenAIChatMessages', () => {
  it('reads a conversation with parallel calls', () => {
    const result = importPlain(
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
      { role: 'user', content: 'Weather?', name: 'ann' },
      { role: 'assistant', content: null, tool_calls: [call('c1', '{"a":1}'), call('c2', '')] },
      { role: 'tool', tool_call_id: 'c1', content: '12' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: '13' }] },
      { role: 'assistant', content: 'Mild.', refusal: null },
    )
    expect(linesOf(result)).toEqual([
      'system: Be kind.',
      'user: Weather?',
      'call c1 f: {"a":1}',
      'call c2 f: {}',
      'result c1 f ok: 12',
      'result c2 f ok: 13',
      'assistant: Mild.',
    ])
    expect(result.losses).toEqual([])
    expect(result.turn.blocks[1]).toMatchObject({ author: 'ann', createdAt: 1, id: 'n2' })
  })

  it('reads what a user can show', () => {
    const { turn, losses } = importPlain({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'original' } },
        { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,CCCC', filename: 'a.pdf' } },
        { type: 'file', file: { file_id: 'file_1' } },
        { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
      ],
    })
    expect(turn.blocks[0]).toMatchObject({
      content: [
        { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png', detail: 'low' },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'audio', source: { type: 'base64', data: 'BBBB' }, mediaType: 'audio/mpeg' },
        { type: 'file', source: { type: 'base64', data: 'CCCC' }, mediaType: 'application/pdf', name: 'a.pdf' },
        { type: 'file', source: { type: 'provider-file', api: 'openai-chat', fileId: 'file_1' } },
      ],
    })
    expect(losses.map(({ path }) => path)).toEqual([
      'messages[0].content[5]',
      'messages[0].content[1].image_url.detail',
    ])
  })

  it('keeps a refusal apart, and the places that a text refers to', () => {
    const annotations = [
      { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 } },
    ]
    const { turn } = importPlain(
      { role: 'assistant', content: 'Yes.', annotations },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    )
    expect(turn.blocks).toMatchObject([
      { text: 'Yes.', citations: [{ url: 'https://a.example', title: 'A', start: 0, end: 2 }] },
      { text: 'No.', refusal: true },
    ])
  })

  it('seals calls that nobody answered, and never runs what is no JSON', () => {
    const result = importPlain({ role: 'assistant', tool_calls: [call('c1', '{}'), call('c2', '{"a":')] })
    expect(linesOf(result).slice(2)).toEqual([
      'result c1 f unknown: The outcome was not observed. The tool may or may not have had its effect.',
      'result c2 f not-run: Not run: its arguments did not arrive whole.',
    ])
    expect(lossesOf(result)).toEqual([
      'messages[0].tool_calls[0]: the call has no result: it gets a result that says: unknown',
      'messages[0].tool_calls[1]: the call has no result: it gets a result that says: not-run',
    ])
  })

  it('reads the function calls of old, whose results say no id', () => {
    const result = importPlain(
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: '12' },
    )
    expect(linesOf(result)).toEqual(['call call_1 f: {}', 'result call_1 f ok: 12'])
  })

  it('tells calls apart whose host counts anew in each answer', () => {
    const result = importPlain(
      { role: 'assistant', tool_calls: [call('0', '{}')] },
      { role: 'tool', tool_call_id: '0', content: 'one' },
      { role: 'assistant', tool_calls: [call('0', '{}')] },
      { role: 'tool', tool_call_id: '0', content: 'two' },
    )
    expect(linesOf(result)).toEqual(['call 0 f: {}', 'result 0 f ok: one', 'call 0_2 f: {}', 'result 0_2 f ok: two'])
    expect(lossesOf(result)[0]).toBe('messages[2].tool_calls[0]: call id 0 was used twice: this call is now 0_2')
  })

  it('keeps a host’s own data where it is known whose they are', () => {
    const detail = { type: 'reasoning.text', text: 'Hm.', signature: 's' }
    const message = {
      role: 'assistant',
      content: 'Yes.',
      reasoning: 'Hm.',
      reasoning_details: [detail],
      tool_calls: [{ ...call('c1', '{ "a": 1 }'), extra_content: { google: { thought_signature: 't' } } }],
    }
    const answer = { role: 'tool', tool_call_id: 'c1', content: '' }
    const home = importHome(message, answer)
    expect(payloadsOf(home)).toEqual([
      { field: 'reasoning', details: [detail] },
      undefined,
      { id: 'c1', arguments: '{ "a": 1 }', extras: { extra_content: { google: { thought_signature: 't' } } } },
      undefined,
    ])
    expect(home.turn.blocks[0]?.native).toMatchObject({ api: 'openai-chat', host: 'api.example', model: 'model-1' })
    expect(home.losses).toEqual([])
    const plain = importPlain(message, answer)
    expect(linesOf(plain)[0]).toBe('reasoning: Hm.')
    expect(lossesOf(plain)).toEqual([
      expect.stringContaining('messages[0].reasoning_details[0]: only its maker understands it'),
      expect.stringContaining('messages[0].tool_calls[0].extra_content: only its maker understands it'),
    ])
  })

  it('tells of what it cannot read, and goes on', () => {
    const result = importPlain(
      null,
      { role: 'critic', content: 'Bad.' },
      { role: 'user', content: ' ' },
      { role: 'user', content: 3 },
      { role: 'assistant', tool_calls: [{ id: 'c', function: {} }], audio: { id: 'audio_1' } },
      { role: 'tool', content: 'lost' },
      { role: 'tool', tool_call_id: 'nobody', content: 'lost' },
      { role: 'user', content: 'Hi' },
    )
    expect(linesOf(result)).toEqual(['user: Hi'])
    expect(result.losses.map(({ path }) => path)).toEqual([
      'messages[0]',
      'messages[1]',
      'messages[2]',
      'messages[3].content',
      'messages[3]',
      'messages[4].tool_calls[0]',
      'messages[5]',
      'messages[4].audio',
      'messages[6]',
    ])
  })

  it('throws at once when it is given no list', () => {
    expect(() => importOpenAIChatMessages(untyped({ role: 'user' }))).toThrow('messages must be a list')
  })
})

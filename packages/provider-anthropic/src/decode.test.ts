import { providerCalls, type StopReason } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { blockOf, callBlock, start, stopOf, streamOf, textBlock } from './frames.test-helper.ts'
import { readPayload } from './native.ts'
import { type Answer, answerWith, recording } from './recordings.test-helper.ts'

const inputs = ({ blocks }: Answer) => blocks.filter((block) => block.kind === 'tool-call').map(({ input }) => input)
const callOf = ({ turn }: Answer) => providerCalls(turn).at(-1)

describe('the end of an answer', () => {
  it.each<[string | null, StopReason]>([
    ['end_turn', 'end_turn'],
    ['max_tokens', 'max_tokens'],
    ['stop_sequence', 'stop_sequence'],
    ['pause_turn', 'pause_turn'],
    ['compaction', 'pause_turn'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'context_window'],
    ['a_word_of_tomorrow', 'end_turn'],
    [null, 'end_turn'],
  ])('%s is %s, and the word is kept', async (word, stop) => {
    const answer = await answerWith(streamOf(start, ...textBlock(0, 'Hi'), ...stopOf(word)))
    expect(callOf(answer)).toMatchObject({ outcome: 'completed', stop })
    expect(callOf(answer)?.providerStop).toBe(word ?? undefined)
  })

  it.each([
    [{ stop_reason: 'stop_sequence', stop_sequence: 'END' }, 'stop_sequence: END'],
    [{ stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber' } }, 'refusal: cyber'],
  ])('keeps what it met beside the word: %j', async (delta, providerStop) => {
    const answer = await answerWith(streamOf(start, { type: 'message_delta', delta }, { type: 'message_stop' }))
    expect(callOf(answer)?.providerStop).toBe(providerStop)
  })

  it.each(['message_stop', 'message_delta'])(
    'without its %s frame it is an error, with what had come',
    async (type) => {
      const frames = [start, ...textBlock(0, 'Hi'), ...stopOf('end_turn')]
      const cut = frames.slice(
        0,
        frames.findIndex((frame) => frame.type === type),
      )
      const answer = await answerWith(streamOf(...cut))
      expect(answer.error?.code).toBe('protocol')
      expect(answer.blocks).toMatchObject([{ kind: 'assistant', text: 'Hi' }])
    },
  )
})

describe('a call of a tool', () => {
  it('that ends the answer is whole', async () => {
    const answer = await answerWith(streamOf(start, ...callBlock(0, 'toolu_1', '{"a"', ':1}'), ...stopOf('tool_use')))
    expect(inputs(answer)).toEqual([{ state: 'parsed', value: { a: 1 } }])
    expect(callOf(answer)?.stop).toBe('tool_calls')
  })

  it.each([[[]], [['']], [['{}']]])('with the arguments %j has none', async (json) => {
    const answer = await answerWith(streamOf(start, ...callBlock(0, 'toolu_1', ...json), ...stopOf('tool_use')))
    expect(inputs(answer)).toEqual([{ state: 'parsed', value: {} }])
  })

  it.each([
    ['max_tokens', '{"a":'],
    ['max_tokens', '{"a":1}'],
    ['max_tokens', ''],
    ['model_context_window_exceeded', '{"a":1}'],
    ['stop_sequence', '{}'],
    ['refusal', '{"a":1}'],
  ])('that a %s ends with %s in hand is not whole, whatever it looks like', async (word, json) => {
    const frames = [start, ...callBlock(0, 'toolu_1', '{"b":2}'), ...callBlock(1, 'toolu_2', json), ...stopOf(word)]
    const answer = await answerWith(streamOf(...frames))
    expect(inputs(answer)).toEqual([
      { state: 'parsed', value: { b: 2 } },
      { state: 'incomplete', raw: json },
    ])
    expect(answer.error).toBeUndefined()
  })

  it('that a token limit ends is not whole in a JSON answer either', async () => {
    const message = {
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }],
      stop_reason: 'max_tokens',
    }
    const answer = await answerWith({ status: 200, contentType: 'application/json', body: JSON.stringify(message) })
    expect(inputs(answer)).toMatchObject([{ state: 'incomplete' }])
  })

  it('cut off by the stream is not whole, also when its block had ended', async () => {
    const answer = await answerWith(streamOf(start, ...callBlock(0, 'toolu_1', '{"a":1}')))
    expect(inputs(answer)).toEqual([{ state: 'incomplete', raw: '{"a":1}' }])
    expect(answer.error?.code).toBe('protocol')
  })

  it.each([
    ['without a word', []],
    ['that only counts', [{ type: 'message_delta', delta: {}, usage: { output_tokens: 1 } }]],
  ])('before an end %s is not whole', async (_what, news) => {
    const answer = await answerWith(
      streamOf(start, ...callBlock(0, 'toolu_1', '{"a":1}'), ...news, { type: 'message_stop' }),
    )
    expect(inputs(answer)).toEqual([{ state: 'incomplete', raw: '{"a":1}' }])
    expect(answer.error?.code).toBe('protocol')
  })

  it('whose place another takes before its end is not whole', async () => {
    const frames = [start, ...callBlock(0, 'toolu_1', '{"a":1}').slice(0, -1), ...textBlock(0, 'Hi')]
    const answer = await answerWith(streamOf(...frames, ...stopOf('end_turn')))
    expect(inputs(answer)).toEqual([{ state: 'incomplete', raw: '{"a":1}' }])
  })

  it('whose block never ends is not whole, while texts just end', async () => {
    const frames = [start, ...textBlock(0, 'Hi').slice(0, -1), ...callBlock(1, 'toolu_1', '{}').slice(0, -1)]
    const answer = await answerWith(streamOf(...frames, ...stopOf('tool_use')))
    expect(answer.blocks).toMatchObject([{ text: 'Hi' }, { kind: 'tool-call', complete: false }])
    expect(answer.error).toBeUndefined()
  })
})

describe('what nobody knows', () => {
  it('is kept as something that the provider did, and is no error', async () => {
    const answer = await answerWith(
      streamOf(
        start,
        { type: 'frame_of_tomorrow' },
        ...blockOf(0, { type: 'hologram', id: 'h_1', content: { at: 1 } }, { type: 'hologram_delta', more: 2 }),
        ...blockOf(
          1,
          { type: 'text', text: '' },
          { type: 'text_delta', text: 'Hi' },
          { type: 'smell_delta', smell: 'rose' },
        ),
        ...stopOf('end_turn'),
      ),
    )
    expect(answer.error).toBeUndefined()
    const [hologram, text] = answer.blocks
    expect(hologram).toMatchObject({ kind: 'provider', type: 'hologram', output: { at: 1 } })
    expect(hologram && readPayload(hologram)).toEqual({
      index: 0,
      block: { type: 'hologram', id: 'h_1' },
      unknownDeltas: [{ type: 'hologram_delta', more: 2 }],
    })
    expect(text && readPayload(text)?.unknownDeltas).toEqual([{ type: 'smell_delta', smell: 'rose' }])
  })

  it('a block of a compaction has the fields that its delta states', async () => {
    const delta = { type: 'compaction_delta', content: 'So far', encrypted_content: 'x' }
    const answer = await answerWith(
      streamOf(
        start,
        ...blockOf(0, { type: 'compaction', content: null }, delta),
        ...textBlock(1, 'Hi'),
        ...stopOf('end_turn'),
      ),
    )
    expect(answer.blocks[0]).toMatchObject({ kind: 'provider', type: 'compaction', output: 'So far' })
    expect(answer.blocks[0]?.native?.payload).toEqual({
      index: 0,
      block: { type: 'compaction', encrypted_content: 'x' },
    })
  })

  it.each([
    ['no JSON', 'data: {"type":\n\n'],
    ['no object', 'data: 17\n\n'],
  ])('%s in a frame is a protocol error', async (_what, body) => {
    expect((await answerWith({ ...streamOf(start), body })).error?.code).toBe('protocol')
  })

  it.each(['[]', '{}', '{"content":"Hi"}'])('%s is no message', async (body) => {
    const answer = await answerWith({ status: 200, contentType: 'application/json', body })
    expect(answer.error?.code).toBe('protocol')
  })
})

it('an error in the stream keeps what was said, and says what it was', async () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const answer = await answerWith(streamOf(start, ...textBlock(0, 'Hi').slice(0, -1), error))
  expect(answer.error).toMatchObject({ code: 'overloaded', retryable: true, visible: true, requestId: 'req_1' })
  expect(answer.blocks).toMatchObject([{ text: 'Hi', complete: false }])
})

it('an error without its type is known by the name of its event', async () => {
  const body = 'event: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
  const answer = await answerWith({ ...streamOf(), body })
  expect(answer.error).toMatchObject({ code: 'overloaded', message: 'Overloaded' })
})

it.each(['message', ''])('an error without its type is one in an event of name "%s" too', async (name) => {
  const line = name === '' ? '' : `event: ${name}\n`
  const answer = await answerWith({ ...streamOf(), body: `${line}data: {"error":{"type":"rate_limit_error"}}\n\n` })
  expect(answer.error?.code).toBe('rate_limit')
})

it('an error in the place of a JSON message is one', async () => {
  for (const body of ['{"type":"error","error":{"type":"api_error"}}', '{"error":{"type":"api_error"}}'])
    expect((await answerWith({ status: 200, contentType: 'application/json', body })).error?.code).toBe('unavailable')
})

it('usage is disjoint, the last statement wins field by field, and what is absent is not zero', async () => {
  const usage = {
    input_tokens: 12,
    cache_read_input_tokens: null,
    output_tokens: 9,
    output_tokens_details: { thinking_tokens: 4 },
  }
  const answer = await answerWith(streamOf(start, ...textBlock(0, 'Hi'), ...stopOf('end_turn', usage)))
  expect(callOf(answer)?.usage).toEqual({
    input: { uncached: 12 },
    output: { text: 5, reasoning: 4 },
    source: 'reported',
    raw: { input_tokens: 12, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } },
  })
  const cut = await answerWith(streamOf(start, ...textBlock(0, 'Hi')))
  expect(callOf(cut)?.usage).toMatchObject({ input: { uncached: 10 }, output: { text: 1 }, source: 'partial' })
})

it('a surrogate pair that is cut between deltas stays whole, and half of one is replaced', async () => {
  const answer = await answerWith(
    streamOf(start, ...textBlock(0, 'a\ud83d', '\ude00b\ud83d', 'c', '\ud83d'), ...stopOf('end_turn')),
  )
  expect(answer.blocks).toMatchObject([{ text: 'a\u{1F600}b\ufffdc\ufffd' }])
})

it('what a server tool found is said as it comes, with the name of its tool', async () => {
  const { blocks } = await answerWith(recording('web-search-stream').response)
  const [call, result] = blocks
  expect(call).toMatchObject({
    type: 'server_tool_use',
    name: 'web_search',
    input: { query: 'ggplot2 1.0.0 CRAN release date' },
  })
  expect(result).toMatchObject({ type: 'web_search_tool_result', name: 'web_search' })
  const cited = blocks.find((block) => block.kind === 'assistant' && block.citations !== undefined)
  expect(cited).toMatchObject({ citations: [{ url: expect.stringContaining('https://'), text: expect.any(String) }] })
})

it.each([
  [
    { type: 'char_location', start_char_index: 3, end_char_index: 9 },
    { unit: 'character', start: 3, end: 9 },
  ],
  [
    { type: 'page_location', start_page_number: 1, end_page_number: 2 },
    { unit: 'page', start: 1, end: 2 },
  ],
  [
    { type: 'content_block_location', start_block_index: 0, end_block_index: 1 },
    { unit: 'block', start: 0, end: 1 },
  ],
  [{ type: 'web_search_result_location', url: 'https://a', encrypted_index: 'e' }, undefined],
])('says where in a document a citation is from: %j', async (citation, place) => {
  const cites = { type: 'citations_delta', citation }
  const frames = blockOf(0, { type: 'text', text: '', citations: [] }, cites, { type: 'text_delta', text: 'Hi' })
  const { blocks } = await answerWith(streamOf(start, ...frames, ...stopOf('end_turn')))
  expect(blocks).toMatchObject([{ kind: 'assistant', citations: [{ raw: citation }] }])
  const [block] = blocks
  expect(block?.kind === 'assistant' && block.citations?.[0]?.place).toEqual(place)
})

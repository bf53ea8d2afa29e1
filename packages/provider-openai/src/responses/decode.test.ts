import { objectsIn } from '@geppetto/engine'
import { createTurn, type JsonObject, providerCalls, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiResponsesAdapter } from './adapter.ts'
import { added, call, delta, done, incomplete, message, texts } from './frames.test-helper.ts'
import { completed, play, streamOf, wholeOf } from './play.test-helper.ts'

describe('text', () => {
  it('is healed where the end says more than the deltas', async () => {
    const { blocks } = await play(
      streamOf([added(message('')), delta('output_text', 'Hel'), completed([message('Hello')])]),
    )
    expect(texts(blocks)).toEqual(['Hello'])
  })

  it('stays where the end says less, or nothing', async () => {
    for (const output of [[], [message('Hel')], [message('')]]) {
      const { blocks, error } = await play(
        streamOf([added(message('')), delta('output_text', 'Hello'), completed(output)]),
      )
      expect(error).toBeUndefined()
      expect(texts(blocks)).toEqual(['Hello'])
    }
  })

  it('comes from the end alone where nothing was streamed', async () => {
    const { blocks } = await play(streamOf([completed([message('One'), message('Two', { id: 'msg_2' })])]))
    expect(texts(blocks)).toEqual(['One', 'Two'])
  })

  it('is a block for each part and each message, with their phases kept', async () => {
    const parts = [
      { type: 'output_text', text: 'A' },
      { type: 'refusal', refusal: 'B' },
    ]
    const { blocks } = await play(
      wholeOf({
        status: 'completed',
        output: [message('', { content: parts, phase: 'commentary' }), message('C', { id: 'msg_2' })],
      }),
    )
    expect(blocks).toMatchObject([
      { text: 'A', native: { payload: { place: 0, part: 0, parts: 2, item: { phase: 'commentary' } } } },
      { text: 'B', refusal: true, native: { payload: { place: 0, part: 1, parts: 2 } } },
      { text: 'C', native: { payload: { place: 1, part: 0, parts: 1, last: true } } },
    ])
  })

  it('of a host that neither begins nor numbers its items is read', async () => {
    const { blocks } = await play(
      streamOf([
        { type: 'response.output_text.delta', delta: 'Hi' },
        { type: 'response.output_text.done', text: 'Hi!' },
        completed([]),
      ]),
    )
    expect(texts(blocks)).toEqual(['Hi!'])
  })

  it('may be all of the content, or what a voice says', async () => {
    const audio = { type: 'output_audio', transcript: 'Hello', data: 'AAAA' }
    for (const content of ['Hello', [audio]])
      for (const heard of [[], [{ type: 'response.audio.transcript.delta', delta: 'Hel' }]]) {
        const { blocks } = await play(streamOf([added(message('')), ...heard, completed([message('', { content })])]))
        expect(texts(blocks)).toEqual(['Hello'])
      }
  })

  it('is said in whole characters, wherever it is cut', async () => {
    const args = ['{"a":"\ud83d', '\ude00"}'].map((text) => delta('function_call_arguments', text, { output_index: 1 }))
    const { blocks, events } = await play(
      streamOf([
        ...['\ud83d', '\ude00'].map((text) => delta('output_text', text)),
        added(call(''), 1),
        ...args,
        done(call('{"a":"😀"}'), 1),
        completed([]),
      ]),
    )
    expect(blocks).toMatchObject([{ text: '😀' }, { input: { value: { a: '😀' } } }])
    const deltas = events.flatMap((event) => ('delta' in event ? [event.delta] : []))
    expect(deltas.filter((text) => !text.isWellFormed())).toEqual([])
  })

  it('is finished before the next item begins, or when its item is done', async () => {
    const { events } = await play(
      streamOf([
        delta('output_text', 'A'),
        done(message('A')),
        added(call(''), 1),
        added(call('', { id: 'fc_2' }), 2),
        done(call('{}'), 1),
        delta('function_call_arguments', '{}', { output_index: 2 }),
        completed([]),
      ]),
    )
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('provider-call'))).toEqual([
      ...['text-started', 'text-delta', 'text-finished', 'tool-call-started', 'tool-call-started'],
      ...['tool-call-delta', 'tool-call-finished', 'tool-call-delta', 'tool-call-finished'],
    ])
  })

  it('cites by UTF-16 units what the API counts in characters, and each place once', async () => {
    const annotation = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 2, end_index: 3 }
    const text = '😀 x'
    const part = { type: 'output_text', text, annotations: [annotation, { ...annotation, title: 'B' }] }
    const { blocks, events } = await play(
      streamOf([
        added(message('')),
        delta('output_text', text),
        { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation },
        done(message('', { content: [part] })),
        completed([message('', { content: [part] })]),
      ]),
    )
    expect(blocks).toMatchObject([{ citations: [{ title: 'A', start: 3, end: 4, raw: annotation }, { title: 'B' }] }])
    expect(events.filter(({ type }) => type === 'citation')).toHaveLength(2)
  })
})

describe('reasoning', () => {
  it('is a block for each part of the summary', async () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      encrypted_content: 'secret',
      summary: [
        { type: 'summary_text', text: 'One' },
        { type: 'summary_text', text: 'Two' },
      ],
    }
    const { blocks } = await play(
      streamOf([
        added({ type: 'reasoning', id: 'rs_1', summary: [] }),
        delta('reasoning_summary_text', 'On', { summary_index: 0 }),
        { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'One' },
        delta('reasoning_summary_text', 'Two', { summary_index: 1 }),
        done(item),
        completed([item]),
      ]),
    )
    expect(blocks).toMatchObject([
      { kind: 'reasoning', form: 'summary', text: 'One', native: { payload: { item } } },
      { kind: 'reasoning', form: 'summary', text: 'Two', native: { payload: { part: 1, parts: 2 } } },
    ])
  })

  it('is itself where a host shows it, and redacted where there is no text', async () => {
    const shown = { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] }
    const hidden = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'secret' }
    const { blocks } = await play(
      streamOf([delta('reasoning_text', 'Hm'), done(shown), done(hidden, 1), completed([])]),
    )
    expect(blocks).toMatchObject([{ text: 'Hm.' }, { text: '', form: 'redacted' }])
    expect(blocks[0]).not.toHaveProperty('form')
  })
})

describe('reasoning whose secret the end alone tells', () => {
  const open = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] }
  const whole = { ...open, encrypted_content: 'SECRET' }
  const said = message('Hi')

  it('goes back with it, though it was closed without', async () => {
    const { blocks } = await play(
      streamOf([added(open), done(open), added(said, 1), done(said, 1), completed([whole, said])]),
    )
    expect(blocks).toMatchObject([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'assistant', text: 'Hi' },
    ])
    const turn = createTurn({ blocks: [userBlock('a'), ...blocks, userBlock('b')] })
    const { body, degradations } = openaiResponsesAdapter().prepare(turn, { model: 'gpt-5-mini' }, 'api.openai.com')
    expect(objectsIn(JSON.parse(body), 'input')[1]).toEqual(whole)
    expect(degradations).toEqual([])
  })

  it('is known to have none where the end has none either', async () => {
    const { blocks } = await play(
      streamOf([added(open), done(open), added(said, 1), done(said, 1), completed([open, said])]),
    )
    expect(JSON.stringify(blocks)).not.toContain('late')
    const turn = createTurn({ blocks: [userBlock('a'), ...blocks, userBlock('b')] })
    const { degradations } = openaiResponsesAdapter().prepare(turn, { model: 'gpt-5-mini' }, 'api.openai.com')
    expect(degradations.map(({ code }) => code)).toEqual(['reasoning-dropped'])
  })
})

describe('what the provider runs', () => {
  it('is told as it goes', async () => {
    const item = {
      type: 'code_interpreter_call',
      id: 'ci_1',
      status: 'completed',
      code: 'print(1)',
      outputs: [{ logs: '1' }],
    }
    const { blocks, events } = await play(
      streamOf([
        added({ type: 'code_interpreter_call', id: 'ci_1' }),
        { type: 'response.code_interpreter_call.in_progress', output_index: 0 },
        { type: 'response.code_interpreter_call_code.delta', output_index: 0, delta: 'print' },
        { type: 'response.code_interpreter_call_code.done', output_index: 0, code: 'print(1)' },
        done(item),
        completed([item]),
      ]),
    )
    expect(blocks).toMatchObject([{ type: 'code_interpreter_call', input: 'print(1)', output: [{ logs: '1' }] }])
    expect(events.filter(({ type }) => type === 'server-tool-progress')).toMatchObject([
      { status: 'in_progress' },
      { data: 'print' },
    ])
  })

  it('or asks to be allowed says with what', async () => {
    const item = { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'd', name: 'roll', arguments: '{"n":1}' }
    const { blocks } = await play(wholeOf({ status: 'completed', output: [item] }))
    expect(blocks).toMatchObject([{ kind: 'provider', type: 'mcp_approval_request', name: 'roll', input: { n: 1 } }])
  })

  it.each([
    [{ type: 'tool_search_call', arguments: { paths: ['a'] }, execution: 'server' }, { paths: ['a'] }],
    [{ type: 'tomorrow_call', arguments: '{"a":1}' }, { a: 1 }],
    [{ type: 'program', code: 'print(1)', fingerprint: 'f' }, 'print(1)'],
  ])('says what it was called with, also where this version does not know it: %j', async (item, input) => {
    const { blocks } = await play(wholeOf({ status: 'completed', output: [item] }))
    expect(blocks).toMatchObject([{ kind: 'provider', type: item.type, input }])
  })

  it('keeps an image once', async () => {
    const item = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'AAAA' }
    const { blocks, events } = await play(
      streamOf([
        added({ type: 'image_generation_call', id: 'ig_1' }),
        { type: 'response.image_generation_call.partial_image', output_index: 0, partial_image_b64: 'AA' },
        done(item),
        completed([item]),
      ]),
    )
    expect(blocks).toMatchObject([{ output: 'AAAA', native: { payload: { item: { result: null } } } }])
    expect(events.filter(({ type }) => type === 'server-tool-progress')).toMatchObject([{ data: 'AA' }])
  })

  it('is kept also where this version does not know it, in a stream with unknown events', async () => {
    const item = { type: 'dream', id: 'dr_1', depth: 3 }
    const { blocks, error } = await play(
      streamOf([
        { type: 'response.weather' },
        added({ type: 'dream' }),
        { type: 'keepalive', output_index: 0 },
        done(item),
        completed([]),
      ]),
    )
    expect(error).toBeUndefined()
    expect(blocks).toMatchObject([{ kind: 'provider', type: 'dream', native: { payload: { item } } }])
  })
})

describe('the end', () => {
  it.each([
    [incomplete([], 'content_filter'), 'content_filter', 'incomplete: content_filter'],
    [incomplete([], 'new_limit'), 'max_tokens', 'incomplete: new_limit'],
    [completed([message('', { content: [{ type: 'refusal', refusal: 'No.' }] })]), 'refusal', 'completed'],
    [completed([]), 'end_turn', 'completed'],
  ])('%# is given its reason, and the provider’s word is kept', async (frame, stop, providerStop) => {
    expect(providerCalls((await play(streamOf([frame]))).turn)).toMatchObject([{ stop, providerStop }])
  })

  it('is an error where the provider failed, with what it used and what it had said', async () => {
    const response = {
      status: 'failed',
      error: { code: 'server_error', message: 'Oh.' },
      usage: { input_tokens: 3 },
      output: [],
    }
    const { blocks, turn, error } = await play(
      streamOf([added(message('')), delta('output_text', 'Hel'), { type: 'response.failed', response }]),
    )
    expect(error).toMatchObject({ code: 'unavailable', providerCode: 'server_error' })
    expect(texts(blocks)).toEqual(['Hel'])
    expect(providerCalls(turn)).toMatchObject([{ usage: { input: { uncached: 3 }, output: {}, source: 'partial' } }])
  })

  it.each([
    { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.' },
    { type: 'error', error: { type: 'x', code: 'rate_limit_exceeded', message: 'Slow down.' } },
  ])('is an error where an error comes, in either form', async (frame) => {
    expect((await play(streamOf([frame, completed([])]))).error).toMatchObject({ code: 'rate_limit' })
  })

  it.each([
    [{ type: 'error', code: null, message: 'Invalid model', param: 'model' }, 'invalid_request', false],
    [{ type: 'error', code: 'too_many_requests', message: 'Wait.' }, 'rate_limit', true],
    [{ type: 'error', code: 'new_fault', message: 'No.', param: null }, 'invalid_request', false],
    [{ type: 'error', code: 'NewServerFault', message: 'Oh.', param: null }, 'unavailable', true],
    [{ type: 'error', code: null, message: 'Oh.', param: null }, 'unavailable', true],
    [
      { type: 'response.failed', response: { status: 'failed', error: { code: 'image_too_large', message: 'No.' } } },
      ...(['invalid_request', false] as const),
    ],
    [{ type: 'response.failed', response: { status: 'failed', error: null } }, 'unavailable', true],
  ])('%# may pass only where the words are those of a server', async (frame, code, retryable) => {
    expect((await play(streamOf([frame]))).error).toMatchObject({ code, retryable })
  })

  it('that does not come is an error, also where a call was closed', async () => {
    for (const frames of [
      [added(call('')), done(call('{}'))],
      [{ type: 'response.queued', response: { id: 'resp_1' } }],
    ])
      expect((await play(streamOf(frames))).error).toMatchObject({ code: 'protocol' })
  })

  it('may be marked as Chat Completions does', async () => {
    const { contentType, body } = streamOf([delta('output_text', 'Hi')])
    const { error } = await play({ contentType, body: `${body}data: [DONE]\n\n` })
    expect(error).toMatchObject({ code: 'protocol' })
    const last = streamOf([completed([])]).body
    expect((await play({ contentType, body: `data: [DONE]\n\n${last}` })).error).toBeUndefined()
  })

  it.each([
    [{ status: 'in_progress', output: [] }, 'protocol'],
    [{ status: 'cancelled', output: [] }, 'unavailable'],
    [{ error: { code: 'insufficient_quota', message: 'Pay.' } }, 'quota'],
    [{ hello: 'world' }, 'protocol'],
  ])('of a whole answer %# that is none is an error', async (response, code) => {
    expect((await play(wholeOf(response))).error).toMatchObject({ code })
  })
})

it('usage is disjoint, what is not stated is absent, and the record is kept with its tier', async () => {
  const usageOf = async (usage: JsonObject, more: JsonObject = {}) =>
    providerCalls((await play(wholeOf({ status: 'completed', output: [], usage, ...more }))).turn)[0]?.usage
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 5 },
  }
  expect(await usageOf(usage, { service_tier: 'flex' })).toEqual({
    input: { uncached: 3, cacheRead: 4, cacheWrite: 3 },
    output: { text: 2, reasoning: 5 },
    source: 'reported',
    raw: { ...usage, service_tier: 'flex' },
  })
  expect(await usageOf({ input_tokens: 10, output_tokens: 7 })).toMatchObject({
    input: { uncached: 10 },
    output: { text: 7 },
  })
  expect((await usageOf({ input_tokens: 10, output_tokens: 7 }))?.input).not.toHaveProperty('cacheRead')
})

import { objectsIn } from '@geppetto/engine'
import {
  type Block,
  createTurn,
  inferenceConfigKey,
  type JsonObject,
  type Turn,
  userBlock,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiResponsesAdapter } from './adapter.ts'
import { play, streamOf } from './play.test-helper.ts'
import { parseBody } from './recording.test-helper.ts'
import {
  after,
  answer,
  callOf,
  expectNothingOpaque,
  message,
  output,
  prepare,
  reasoning,
  resultOf,
  sent,
  summarised,
} from './replay.test-helper.ts'

describe('a message goes back', () => {
  it('as it came, to the last field and in order, with results by the provider’s ids', async () => {
    const { blocks } = await answer(output)
    const request = prepare(after(blocks))
    expect(request.degradations).toEqual([])
    const input = objectsIn(parseBody(request.body), 'input')
    expect(input.slice(1, 1 + output.length)).toEqual(output)
    expect(input.slice(1 + output.length)).toEqual(
      ['call_1', 'call_2'].map((call_id) => ({ type: 'function_call_output', call_id, output: 'Done.' })),
    )
  })

  it('after it was stored and read', async () => {
    const { blocks } = await answer(output)
    const read: readonly Block[] = JSON.parse(JSON.stringify(after(blocks)))
    expect(sent(read).slice(1, 1 + output.length)).toEqual(output)
  })

  it('not at all where a block of it is missing', async () => {
    const { blocks } = await answer(output)
    for (const index of blocks.keys()) expectNothingOpaque(after(blocks.toSpliced(index, 1)))
  })

  it('not at all where a part in the middle of an item is missing', async () => {
    const summary = ['One', 'Two', 'Three'].map((text) => ({ type: 'summary_text', text }))
    const { blocks } = await answer([{ ...summarised, summary }, message])
    expectNothingOpaque(after(blocks.toSpliced(1, 1)))
  })

  it('not at all where its blocks stand elsewhere, or something stands between them', async () => {
    const { blocks } = await answer(output)
    expectNothingOpaque(after(blocks.toReversed()))
    for (let index = 1; index < blocks.length; index++)
      expectNothingOpaque(after(blocks.toSpliced(index, 0, userBlock('Wait.', { id: 'between' }))))
  })

  it('not to another host, nor to another model, and then what it said does', async () => {
    const { blocks } = await answer(output)
    for (const [model, host] of [
      ['gpt-5', 'api.openai.com'],
      ['gpt-5-mini', 'other.example'],
    ] as const) {
      expectNothingOpaque(after(blocks), {}, model, host)
      expect(sent(after(blocks), {}, model, host).map(({ type, role }) => type ?? role)).toEqual([
        ...['user', 'assistant', 'function_call', 'function_call', 'function_call_output', 'function_call_output'],
      ])
    }
    expect(prepare(after(blocks), {}, 'gpt-5').degradations.map(({ code }) => code)).toEqual([
      ...['reasoning-dropped', 'provider-block-dropped', 'reasoning-dropped', 'reasoning-dropped'],
    ])
  })

  it('with results by the ids that belong to it, whoever was asked before', async () => {
    const { blocks } = await answer(output)
    const adapter = openaiResponsesAdapter()
    const turn = createTurn({ blocks: [...after(blocks)] })
    for (const model of ['gpt-5-mini', 'gpt-5', 'gpt-5-mini']) {
      const { body } = adapter.prepare(turn, { model }, 'api.openai.com')
      const ids = (type: string) =>
        objectsIn(parseBody(body), 'input')
          .filter((item) => item.type === type)
          .map((item) => item.call_id)
      expect(ids('function_call_output')).toEqual(ids('function_call'))
      expect(ids('function_call').includes('call_1')).toBe(model === 'gpt-5-mini')
    }
  })

  it('to a snapshot of the same model', async () => {
    const { blocks } = await answer(output)
    expect(sent(after(blocks), {}, 'gpt-5-mini-2025-08-07').slice(1, 1 + output.length)).toEqual(output)
  })

  it.each([
    ['ends with reasoning, which the API refuses', [message, reasoning]],
    ['has reasoning that is kept there alone', [{ ...reasoning, encrypted_content: null }, message]],
    ['has an empty text', [reasoning, { ...message, content: [{ type: 'output_text', text: '' }] }]],
    ['has no text', [reasoning, { ...message, content: [] }]],
    ['has a call without an id', [reasoning, callOf('1', { call_id: null })]],
  ])('not when it %s', async (_what, items) => {
    const { blocks } = await answer(items)
    expectNothingOpaque(after(blocks))
  })

  it.each([
    ['no arguments', '', '{}'],
    ['arguments that are no JSON', '{"a":', '{"input":"{\\"a\\":"}'],
    ['arguments that are no object', '3', '{"input":3}'],
  ])('with arguments of ours where a call has %s', async (_what, args, wanted) => {
    const { blocks } = await answer([reasoning, callOf('1', { arguments: args })])
    expect(sent(after(blocks)).slice(1)).toEqual([
      reasoning,
      callOf('1', { arguments: wanted }),
      { type: 'function_call_output', call_id: 'call_1', output: 'Done.' },
    ])
  })

  it('without its messages that say nothing, and their parts', async () => {
    const [part] = objectsIn(message, 'content')
    const empty = { ...part, text: '' }
    for (const content of [[], [empty], '']) {
      const { blocks } = await answer([reasoning, { ...message, content }, callOf('1')])
      expect(sent(after(blocks)).slice(1, 3)).toEqual([reasoning, callOf('1')])
    }
    const { blocks } = await answer([reasoning, { ...message, content: [empty, part ?? {}] }])
    expect(sent(after(blocks)).slice(1)).toEqual([reasoning, message])
  })

  it('with reasoning that can be read', async () => {
    const shown = { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] }
    const { blocks } = await answer([shown, callOf('1')])
    expect(sent(after(blocks)).slice(1, 3)).toEqual([shown, callOf('1')])
  })

  it('not up to a text that was cut off', async () => {
    const frames = [{ type: 'response.output_item.done', output_index: 0, item: reasoning }]
    const { blocks } = await play(
      streamOf([...frames, { type: 'response.output_text.delta', output_index: 1, delta: 'a' }]),
    )
    expectNothingOpaque(after(blocks))
  })

  it('once, where a host gives the same ids to two', async () => {
    const one = await answer([callOf('1')])
    const two = await answer([callOf('1')])
    const [first, , second] = sent([...after(one.blocks), ...after(two.blocks).slice(1)]).slice(1)
    expect(first).toMatchObject({ call_id: 'call_1' })
    expect(second?.call_id).not.toBe('call_1')
  })

  it('with its image, which is kept apart', async () => {
    const image = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'AAAA' }
    const { blocks } = await answer([image, message])
    expect(sent(after(blocks))).toMatchObject([{ role: 'user' }, image, message])
  })

  it('with items that this version does not know', async () => {
    const dream = { type: 'dream', id: 'dr_1', depth: 3 }
    const { blocks } = await answer([dream, message])
    expect(sent(after(blocks)).slice(1)).toEqual([dream, message])
  })
})

describe('the answer to a built-in call', () => {
  const calls: readonly (readonly [JsonObject, JsonObject])[] = [
    [
      { type: 'custom_tool_call', name: 'f', input: 'a' },
      { type: 'custom_tool_call_output', output: 'Done.' },
    ],
    [
      { type: 'local_shell_call', action: { command: ['ls'] } },
      { type: 'local_shell_call_output', output: 'Done.' },
    ],
    [
      { type: 'shell_call', action: { commands: ['ls'] } },
      { type: 'shell_call_output', output: [{ stdout: 'Done.', stderr: '', outcome: { type: 'exit', exit_code: 0 } }] },
    ],
    [
      { type: 'apply_patch_call', operation: { type: 'delete_file', path: 'a' } },
      { type: 'apply_patch_call_output', status: 'completed', output: 'Done.' },
    ],
  ]
  it.each(calls)('%# has the form that belongs to it', async (item, wanted) => {
    const call = { ...item, id: 'x_1', call_id: 'call_1', status: 'completed' }
    const { blocks } = await answer([reasoning, call])
    expect(sent(after(blocks)).slice(1)).toEqual([reasoning, call, { ...wanted, call_id: 'call_1' }])
  })

  it('says what went wrong where there is a word for it', async () => {
    const items = calls.slice(2).map(([item], index) => ({ ...item, call_id: `call_${index}` }))
    const { blocks } = await answer(items)
    const results = blocks.flatMap((block) =>
      block.kind === 'tool-call' ? [resultOf(block.callId, { outcome: 'timed-out' })] : [],
    )
    expect(sent([...blocks, ...results]).slice(2)).toMatchObject([
      { output: [{ outcome: { type: 'timeout' } }] },
      { status: 'failed' },
    ])
  })

  it('of a computer is a picture; without one both are told as texts, and not as a function', async () => {
    const call = {
      type: 'computer_call',
      id: 'cu_1',
      call_id: 'call_1',
      action: { type: 'screenshot' },
      status: 'completed',
    }
    const { blocks } = await answer([reasoning, call])
    const callId = blocks.flatMap((block) => (block.kind === 'tool-call' ? [block.callId] : []))[0] ?? ''
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } } as const
    expect(sent([...blocks, resultOf(callId, { content: [image] })])).toEqual([
      reasoning,
      call,
      {
        type: 'computer_call_output',
        call_id: 'call_1',
        output: { type: 'computer_screenshot', image_url: image.source.url },
      },
    ])
    const denied = resultOf(callId, { outcome: 'denied', content: 'Not on this screen.' })
    expect(sent([...blocks, denied])).toEqual([
      { role: 'assistant', content: [{ type: 'output_text', text: '(computer_call: {"type":"screenshot"})' }] },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: '(computer_call, denied)' },
          { type: 'input_text', text: 'Not on this screen.' },
        ],
      },
    ])
    expect(prepare([...blocks, denied]).degradations.map(({ code }) => code)).toEqual([
      'reasoning-dropped',
      'call-in-words',
    ])
    expectNothingOpaque([...blocks, resultOf(callId)])
  })
})

describe('going on from what the provider keeps', () => {
  const options = { previousResponse: true }
  const bodyOf = (blocks: readonly Block[]) => parseBody(prepare(blocks, options).body)

  it('sends its id and only what is new, and asks that this be kept too', async () => {
    const { blocks } = await answer([reasoning, callOf('1')], { store: true })
    expect(bodyOf(after(blocks))).toMatchObject({
      store: true,
      previous_response_id: 'resp_1',
      input: [{ type: 'function_call_output', call_id: 'call_1', output: 'Done.' }],
    })
    const body = bodyOf([...after(blocks), userBlock('And?')])
    expect(body.input).toMatchObject([{ type: 'function_call_output' }, { role: 'user' }])
  })

  it.each([
    ['it was not kept', { store: false }],
    ['nobody says that it was', {}],
  ])('says all where %s', async (_why, more) => {
    const { blocks } = await answer([reasoning, callOf('1')], more)
    expect(bodyOf(after(blocks))).not.toHaveProperty('previous_response_id')
    expect(sent(after(blocks), options)).toMatchObject([{ role: 'user' }, reasoning, callOf('1'), {}])
    expect(prepare(after(blocks), options).degradations).toMatchObject([
      { code: 'option-dropped', message: expect.stringContaining('previousResponse') },
    ])
    expect(prepare([userBlock('Hi')], options).degradations).toEqual([])
    expect(prepare(after(blocks)).degradations).toEqual([])
  })

  it('says all where a block of what is kept is missing', async () => {
    const { blocks } = await answer([reasoning, callOf('1')], { store: true })
    expect(bodyOf(after(blocks.slice(1)))).not.toHaveProperty('previous_response_id')
  })

  it('gives no result again that was given before', async () => {
    const first = await answer([callOf('1')], { store: true })
    const second = await answer([{ ...message, id: 'msg_2' }], { store: true, id: 'resp_2' })
    const body = bodyOf([...after(first.blocks), ...second.blocks, userBlock('And?')])
    expect(body).toMatchObject({ previous_response_id: 'resp_2', input: [{ role: 'user' }] })
  })

  it('says what came after it, also what another provider said', async () => {
    const { blocks } = await answer([message], { store: true })
    const other: Turn = createTurn({ blocks: [...after(blocks), userBlock('And?')] })
    const body = bodyOf(other.blocks)
    expect(body.input).toMatchObject([{ role: 'user', content: [{ text: 'And?' }] }])
  })

  it('takes reasoning that is kept there by its id', async () => {
    const kept = { type: 'reasoning', id: 'rs_9', summary: [] }
    const { blocks } = await answer([kept, message], { store: true })
    expect(sent(after(blocks), { store: true }).slice(1)).toEqual([kept, message])
    expect(sent(after(blocks)).slice(1)).toMatchObject([{ role: 'assistant' }])
    const storing = withData(createTurn({ blocks: [...after(blocks)] }), inferenceConfigKey, {
      providerOptions: { 'openai-responses': { store: true } },
    })
    const { body } = openaiResponsesAdapter().prepare(storing, { model: 'gpt-5-mini' }, 'api.openai.com')
    expect(objectsIn(parseBody(body), 'input').slice(1)).toEqual([kept, message])
  })
})

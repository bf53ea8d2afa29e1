import { type JsonObject, providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { added, argsDelta, call, delta, done, incomplete } from './frames.test-helper.ts'
import { completed, play, streamOf, wholeOf } from './play.test-helper.ts'

describe('calls', () => {
  it('may have their arguments at the end only', async () => {
    const ends: readonly (readonly JsonObject[])[] = [
      [{ type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' }, done(call('{"a":1}'))],
      [done(call('{"a":1}'))],
      [completed([call('{"a":1}')])],
    ]
    for (const end of ends) {
      const { blocks, turn } = await play(streamOf([added(call('')), ...end, completed([])]))
      expect(blocks).toMatchObject([
        { kind: 'tool-call', name: 'weather', input: { state: 'parsed', value: { a: 1 } } },
      ])
      expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
    }
  })

  it('may have no arguments, and their name late', async () => {
    const { blocks } = await play(streamOf([added(call('', { name: '' })), done(call('')), completed([])]))
    expect(blocks).toMatchObject([{ name: 'weather', input: { state: 'parsed', value: {} } }])
  })

  it.each([
    ['says so of the call', [done(call('{"a":1}', { status: 'incomplete' })), incomplete([])]],
    ['just stops', [incomplete([])]],
    [
      'closes the arguments',
      [{ type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' }, incomplete([])],
    ],
    ['ends as if all were well', [completed([])]],
  ])('are never run when cut off, also where the provider %s', async (_how, end) => {
    const { blocks, error } = await play(streamOf([added(call('')), argsDelta('{"a":1}'), ...end]))
    expect(error).toBeUndefined()
    expect(blocks).toMatchObject([
      { kind: 'tool-call', complete: false, input: { state: 'incomplete', raw: '{"a":1}' } },
    ])
  })

  it('are kept whole at the limit where the provider had finished them', async () => {
    const frames = [
      added(call('')),
      argsDelta('{"a":1}'),
      done(call('{"a":1}')),
      added(call('', { id: 'fc_2' }), 1),
      incomplete([]),
    ]
    const { blocks, turn } = await play(streamOf(frames))
    expect(blocks).toMatchObject([{ input: { state: 'parsed' } }, { input: { state: 'incomplete' } }])
    expect(providerCalls(turn)[0]).toMatchObject({ stop: 'max_tokens', providerStop: 'incomplete: max_output_tokens' })
  })

  it('that are the last thing before the limit are kept too, where the provider had finished them', async () => {
    const { blocks } = await play(streamOf([added(call('')), done(call('{"a":1}')), incomplete([])]))
    expect(blocks).toMatchObject([{ input: { state: 'parsed' } }])
  })

  it('with two different inputs are not run, with other spaces they are', async () => {
    const play2 = (end: string) =>
      play(streamOf([added(call('')), argsDelta('{"a":1}'), done(call(end)), completed([])]))
    expect((await play2('{"a":2}')).blocks).toMatchObject([{ input: { state: 'incomplete' } }])
    expect((await play2('{ "a": 1 }')).blocks).toMatchObject([{ input: { state: 'parsed', value: { a: 1 } } }])
  })

  it('of a custom tool have a text for input', async () => {
    const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'sql', input: 'say "hi"\n😀' }
    const streamed = streamOf([
      added({ ...item, input: '' }),
      delta('custom_tool_call_input', 'say "hi"\n\ud83d'),
      delta('custom_tool_call_input', '\ude00'),
      { type: 'response.custom_tool_call_input.done', output_index: 0, input: item.input },
      done(item),
      completed([]),
    ])
    for (const answer of [streamed, wholeOf({ status: 'completed', output: [item] })])
      expect((await play(answer)).blocks).toMatchObject([
        { name: 'sql', input: { state: 'parsed', value: item.input } },
      ])
  })

  it('of the built-in tools that run here have their type for a name', async () => {
    const output = [
      { type: 'apply_patch_call', call_id: 'call_1', operation: { type: 'delete_file', path: 'a' } },
      { type: 'shell_call', call_id: 'call_2', action: { commands: ['ls'] }, environment: { type: 'local' } },
      { type: 'computer_call', call_id: 'call_3', action: { type: 'screenshot' } },
    ]
    const { blocks } = await play(wholeOf({ status: 'completed', output }))
    expect(blocks.map((block) => block.kind === 'tool-call' && [block.name, block.input])).toMatchObject([
      ['apply_patch_call', { value: { path: 'a' } }],
      ['shell_call', { value: { commands: ['ls'] } }],
      ['computer_call', { value: { type: 'screenshot' } }],
    ])
  })
})

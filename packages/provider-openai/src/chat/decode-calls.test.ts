import { describe, expect, it } from 'vitest'
import { answerChunks, chunk } from './chat.test-helper.ts'

const done = '[DONE]'

describe('tool calls in a stream', () => {
  const piece = (index: number, args: string, more: object = {}) => ({ index, function: { arguments: args }, ...more })
  const start = (index: number, id: string, name: string) => ({ index, id, function: { name, arguments: '' } })

  it('may interleave', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [start(0, 'a', 'f'), start(1, 'b', 'g')] }),
      chunk({ tool_calls: [piece(1, '{"y":')] }),
      chunk({ tool_calls: [piece(0, '{"x":1}')] }),
      chunk({ tool_calls: [piece(1, '2}')] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([
      ['a', 'f', { x: 1 }],
      ['b', 'g', { y: 2 }],
    ])
  })

  it('may share one index, told apart by their ids', async () => {
    const whole = (id: string, x: number) => ({ index: 0, id, function: { name: 'f', arguments: `{"x":${x}}` } })
    const { answer } = await answerChunks([
      chunk({ tool_calls: [whole('a', 1)] }),
      chunk({ tool_calls: [whole('b', 2)] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([
      ['a', 'f', { x: 1 }],
      ['b', 'f', { x: 2 }],
    ])
  })

  it('may come whole without index and id, with arguments as an object', async () => {
    const calls = [{ function: { name: 'f', arguments: { x: 1 } } }, { function: { name: 'f', arguments: { x: 2 } } }]
    const { answer } = await answerChunks([chunk({ tool_calls: calls }, 'stop'), done])
    expect(callsOf(answer)).toEqual([
      [undefined, 'f', { x: 1 }],
      [undefined, 'f', { x: 2 }],
    ])
  })

  it('may go on without index and id', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ id: 'a', function: { name: 'f' } }] }),
      chunk({ tool_calls: [{ function: { arguments: '{"x"' } }] }),
      chunk({ tool_calls: [{ function: { arguments: ':1}' } }] }, 'tool_calls'),
      done,
    ])
    expect(callsOf(answer)).toEqual([['a', 'f', { x: 1 }]])
  })

  it('with the same id twice keep it once', async () => {
    const whole = (index: number) => ({ index, id: 'same', function: { name: 'f', arguments: '{}' } })
    const { answer } = await answerChunks([chunk({ tool_calls: [whole(0), whole(1)] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([
      ['same', 'f', {}],
      [undefined, 'f', {}],
    ])
  })

  it.each([
    ['in pieces', ['get_', 'weather']],
    ['growing', ['get_', 'get_weather']],
    ['again and again', ['get_weather', 'get_weather']],
  ])('may have their name %s', async (_how, names) => {
    const pieces = names.map((name) => chunk({ tool_calls: [{ index: 0, id: 'a', function: { name } }] }))
    const { answer } = await answerChunks([...pieces, chunk({ tool_calls: [piece(0, '{}')] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([['a', 'get_weather', {}]])
  })

  it('without arguments get none', async () => {
    const { answer } = await answerChunks([chunk({ tool_calls: [start(0, 'a', 'f')] }, 'tool_calls'), done])
    expect(callsOf(answer)).toEqual([['a', 'f', {}]])
  })

  it('are not run when the token limit may have cut them, whole as they look', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] }),
      chunk({ tool_calls: [{ index: 1, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }] }, 'length'),
      done,
    ])
    expect(answer).toMatchObject([
      { input: { state: 'parsed', value: { x: 1 } } },
      { input: { state: 'incomplete', raw: '{"x":2}' }, complete: false },
    ])
  })

  it('are an error without a name', async () => {
    const { error } = await answerChunks([chunk({ tool_calls: [piece(0, '{}')] }, 'tool_calls'), done])
    expect(error).toMatchObject({ code: 'protocol' })
  })

  it('keep the exact text of their arguments for replay', async () => {
    const args = '{ "x" : 1.0 }'
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: args } }] }, 'tool_calls'),
      done,
    ])
    expect(answer[0]?.native?.payload).toEqual({ id: 'a', arguments: args })
  })
})

function callsOf(answer: readonly object[]): unknown {
  return answer.map((block) => {
    if (!('input' in block) || !('name' in block)) throw new Error('no call')
    const { input, name } = block
    const native = 'native' in block ? block.native : undefined
    return [read(read(native, 'payload'), 'id'), name, read(input, 'value')]
  })
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

import { describe, expect, it } from 'vitest'
import { added, call, delta, done, message, texts } from './frames.test-helper.ts'
import { completed, play, streamOf } from './play.test-helper.ts'

const first = call('', { id: 'fc_1', call_id: 'call_1', name: 'one' })
const second = call('', { id: 'fc_2', call_id: 'call_2', name: 'two' })
const wanted = [
  { name: 'one', input: { value: { a: 1 } } },
  { name: 'two', input: { value: { b: 2 } } },
]
const args = (item_id: string, text: string) => ({
  type: 'response.function_call_arguments.delta',
  item_id,
  delta: text,
})
const withoutIndex = ({ output_index, ...frame }: ReturnType<typeof added>) => frame

describe('items whose events name them', () => {
  it('by id alone get what is theirs, and are closed by it', async () => {
    const { blocks, error } = await play(
      streamOf([
        ...[first, second].map((item) => withoutIndex(added(item))),
        ...[args('fc_1', '{"a":'), args('fc_2', '{"b":'), args('fc_1', '1}'), args('fc_2', '2}')],
        ...[
          { ...first, arguments: '{"a":1}' },
          { ...second, arguments: '{"b":2}' },
        ].map((item) => withoutIndex(done(item))),
        completed([]),
      ]),
    )
    expect(error).toBeUndefined()
    expect(blocks).toMatchObject(wanted)
    expect(blocks).toHaveLength(2)
  })

  it('all by one number get what is theirs by their ids', async () => {
    const { blocks } = await play(
      streamOf([
        ...[added(first), added(second)],
        ...[args('fc_1', '{"a":1}'), args('fc_2', '{"b":2}')].map((frame) => ({ ...frame, output_index: 0 })),
        ...[done({ ...first, arguments: '{"a":1}' }), done({ ...second, arguments: '{"b":2}' })],
        completed([]),
      ]),
    )
    expect(blocks).toMatchObject(wanted)
    expect(blocks).toHaveLength(2)
  })

  it('by ids that nothing began with are begun', async () => {
    const { blocks } = await play(
      streamOf([
        { type: 'response.reasoning_text.delta', item_id: 'rs_1', delta: 'Hm' },
        { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'A' },
        { type: 'response.output_text.delta', item_id: 'msg_1', delta: 'B' },
        completed([]),
      ]),
    )
    expect(texts(blocks)).toEqual(['Hm', 'AB'])
  })
})

describe('an item of the end is the one that was streamed', () => {
  const other = message('A', { id: 'msg_other' })

  it('though its number and its id are others', async () => {
    for (const end of [[], [done(message('A'), 1)]]) {
      const { blocks } = await play(
        streamOf([added(message(''), 1), delta('output_text', 'A', { output_index: 1 }), ...end, completed([other])]),
      )
      expect(texts(blocks)).toEqual(['A'])
    }
  })

  it('though something stands before it that was not streamed', async () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Why' }] }
    for (const end of [[], [done(message('A'))]]) {
      const { blocks } = await play(
        streamOf([added(message('')), delta('output_text', 'A'), ...end, completed([reasoning, other])]),
      )
      expect(texts(blocks)).toEqual(['A', 'Why'])
    }
  })

  it('by its call id, in whatever order', async () => {
    const { blocks } = await play(
      streamOf([
        added(first),
        added(second, 1),
        completed([
          { ...second, id: 'x', arguments: '{"b":2}' },
          { ...first, id: 'y', arguments: '{"a":1}' },
        ]),
      ]),
    )
    expect(blocks).toMatchObject(wanted)
    expect(blocks).toHaveLength(2)
  })

  it('and one that was not streamed is added where the others kept their ids', async () => {
    const { blocks } = await play(
      streamOf([
        added(message('')),
        delta('output_text', 'A'),
        completed([message('A'), message('B', { id: 'msg_2' })]),
      ]),
    )
    expect(texts(blocks)).toEqual(['A', 'B'])
  })
})

import { objectsIn } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { play, streamOf } from './play.test-helper.ts'
import { parseBody } from './recording.test-helper.ts'
import {
  after,
  answer,
  callOf,
  expectNothingOpaque,
  message,
  prepare,
  reasoning,
  search,
  sent,
} from './replay.test-helper.ts'

describe('a message goes back', () => {
  it('with a call that was cut off, under its own id, and arguments that the API takes', async () => {
    const cut = callOf('2', { status: 'incomplete', arguments: '{"a"' })
    for (const before of [[reasoning], [reasoning, callOf('1')]]) {
      const { blocks } = await answer([...before, cut], { status: 'incomplete' })
      const items = sent(after(blocks)).slice(1)
      expect(items.slice(0, before.length)).toEqual(before)
      expect(items[before.length]).toEqual({ ...cut, arguments: '{"input":"{\\"a\\""}' })
      expect(items.at(-1)).toMatchObject({ type: 'function_call_output', call_id: 'call_2' })
    }
  })

  it('with a call that was cut off and looks whole, as it came', async () => {
    const cut = callOf('2', { status: 'incomplete' })
    const { blocks } = await answer([reasoning, cut], { status: 'incomplete' })
    const request = prepare(after(blocks))
    expect(objectsIn(parseBody(request.body), 'input').slice(1, 3)).toEqual([reasoning, cut])
    expect(request.degradations).toEqual([])
  })

  it('up to a call that was cut off before the provider said its item, which is said in our words', async () => {
    const begun = [
      { type: 'response.output_item.done', output_index: 0, item: reasoning },
      { type: 'response.output_item.added', output_index: 1, item: callOf('2', { arguments: '' }) },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a"' },
      { type: 'response.incomplete', response: { status: 'incomplete', output: [] } },
    ]
    const { blocks } = await play(streamOf(begun))
    const items = sent(after(blocks)).slice(1)
    expect(items[0]).toEqual(reasoning)
    expect(items[1]).toMatchObject({ type: 'function_call', arguments: '{"input":"{\\"a\\""}' })
    expect(items[1]).not.toHaveProperty('id')
  })

  describe('with what only its end tells', () => {
    const told = (output: readonly JsonObject[]): JsonObject => ({
      type: 'response.completed',
      response: { id: 'resp_1', status: 'completed', output },
    })
    const began = (item: JsonObject, output_index: number): readonly JsonObject[] => [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.output_item.done', output_index, item },
    ]

    it.each([
      ['before all that was said', [reasoning, message], began(message, 0)],
      [
        'between two calls',
        [callOf('1'), reasoning, callOf('2')],
        [...began(callOf('1'), 0), ...began(callOf('2'), 2)],
      ],
      ['two of them', [reasoning, search, message, callOf('1')], [...began(message, 2), ...began(callOf('1'), 3)]],
      ['behind the rest', [message, reasoning, callOf('1')], began(message, 0)],
    ])('at its place: %s', async (_where, whole, frames) => {
      const { blocks } = await play(streamOf([...frames, told(whole)]))
      const request = prepare(after(blocks))
      expect(objectsIn(parseBody(request.body), 'input').slice(1, 1 + whole.length)).toEqual(whole)
      expect(request.degradations).toEqual([])
    })

    it('not where a block of it is missing', async () => {
      const { blocks } = await play(streamOf([...began(message, 1), told([reasoning, message])]))
      for (const index of blocks.keys()) expectNothingOpaque(after(blocks.toSpliced(index, 1)))
    })
  })
})

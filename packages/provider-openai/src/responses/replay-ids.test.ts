import { objectsIn, textIn } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { parseBody } from './recording.test-helper.ts'
import { after, answer, callOf, prepare, reasoning, sent } from './replay.test-helper.ts'

const callIds = (items: ReturnType<typeof sent>) =>
  items.flatMap((item) => (item.type === 'function_call' ? [textIn(item, 'call_id')] : []))
const outputIds = (items: ReturnType<typeof sent>) =>
  items.flatMap((item) => (item.type === 'function_call_output' ? [textIn(item, 'call_id')] : []))

describe('ids that a host gave twice', () => {
  it.each([
    ['two calls under one call id', [callOf('1'), callOf('2', { call_id: 'call_1' })]],
    ['two calls under one id', [callOf('1'), callOf('2', { id: 'fc_1' })]],
    [
      'calls of two kinds under one call id',
      [callOf('1'), { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_1', name: 'g', input: 'x' }],
    ],
    ['empty call ids', [callOf('1', { call_id: '' }), callOf('2', { call_id: '' })]],
  ])('as %s, are replaced by ours', async (_what, output) => {
    const { blocks } = await answer(output)
    const items = sent(after(blocks))
    expect(callIds(items)).toHaveLength(2)
    expect(new Set(callIds(items)).size).toBe(2)
    expect(callIds(items)).not.toContain('')
    expect(outputIds(items)).toEqual(callIds(items))
  })

  it('as empty ids of the items, say nothing: the message goes back as it came', async () => {
    const output = [{ ...reasoning, id: '' }, callOf('1', { id: '' }), callOf('2', { id: '' })]
    const { blocks } = await answer(output)
    const { body, degradations } = prepare(after(blocks))
    expect(degradations).toEqual([])
    expect(objectsIn(parseBody(body), 'input').slice(1, 4)).toEqual(output)
  })

  it('as one id for an item and its call, name both', async () => {
    const output = [reasoning, callOf('1', { id: 'call_1' })]
    const { blocks } = await answer(output)
    expect(prepare(after(blocks)).degradations).toEqual([])
  })
})

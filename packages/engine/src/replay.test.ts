import { type Block, reasoningBlock, toolCallBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { modelFamily, replayGroups } from './replay.ts'

const target = { api: 'openai-responses', host: 'api.openai.com', model: 'gpt-5-mini' }
const native = (changes = {}) => ({
  ...target,
  model: 'gpt-5-mini-2025-08-07',
  group: 'pc_1',
  payload: { a: 1 },
  ...changes,
})
const call = (id: string, changes = {}) =>
  toolCallBlock({ callId: id, name: 'f', input: { state: 'parsed', value: {} } }, { id, native: native(changes) })
const idsOf = (blocks: readonly Block[]) =>
  Object.fromEntries([...replayGroups(blocks, target)].map(([group, own]) => [group, own.map(({ id }) => id)]))

describe('replayGroups', () => {
  it('gives the blocks of a message of the same API, host and model family, in order', () => {
    const blocks = [
      userBlock('Hi'),
      reasoningBlock('', { id: 'r', native: native() }),
      call('one'),
      call('two', { group: 'pc_2' }),
    ]
    expect(idsOf(blocks)).toEqual({ pc_1: ['r', 'one'], pc_2: ['two'] })
  })

  it.each([
    ['another API', { api: 'openai-chat' }],
    ['another host', { host: 'eu.api.openai.com' }],
    ['another model', { model: 'gpt-5' }],
  ])('leaves out the whole of a message with a block of %s', (_what, changes) => {
    expect(idsOf([call('one'), call('two', changes)])).toEqual({})
  })

  it('leaves out the whole of a message with a block that was cut off, or may not be replayed', () => {
    expect(idsOf([call('one'), reasoningBlock('cut', { complete: false, native: native() })])).toEqual({})
    const unreplayable = { ...reasoningBlock('cut', { native: native() }), replayable: false as const }
    expect(idsOf([call('one'), unreplayable])).toEqual({})
  })
})

it('leaves a call that was cut off, and kept its data, to its adapter', () => {
  expect(idsOf([call('one'), { ...call('two'), complete: false }])).toEqual({ pc_1: ['one', 'two'] })
})

describe('modelFamily', () => {
  it.each([
    ['gpt-5-mini-2025-08-07', 'gpt-5-mini'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['Claude-3-7-Sonnet-latest', 'claude-3-7-sonnet'],
    ['qwen3:latest', 'qwen3'],
    ['gpt-4.1', 'gpt-4.1'],
    ['o3', 'o3'],
  ])('of %s is %s', (model, family) => {
    expect(modelFamily(model)).toBe(family)
  })
})

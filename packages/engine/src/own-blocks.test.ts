import { background } from '@geppetto/context'
import { assistantBlock, type Block, createTurn, type Turn, userBlock, validateTurn, withBlocks } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { callEngine } from './call-engine.ts'
import { EngineError, isEngineError } from './engine-error.ts'
import { ownBlocks } from './own-blocks.ts'

const fields = (id: string) => ({ id, createdAt: 1 })
const user = userBlock('Hi', fields('u'))
const first = assistantBlock('first', fields('msg_1'))
const next = userBlock('And?', fields('v'))
const sent = createTurn({ id: 'turn', createdAt: 1, blocks: [user, first, next] })

function own(...blocks: readonly Block[]): Turn {
  let ids = 0
  const owned = ownBlocks(sent, withBlocks(sent, blocks), () => `made_${++ids}`)
  expect(validateTurn(owned)).toEqual([])
  return owned
}

const show = (turn: Turn) => turn.blocks.map((block) => `${block.id} ${block.kind === 'assistant' ? block.text : ''}`)

describe('the blocks of an engine become ours', () => {
  it('and a turn of which nothing needs to change stays the same object', () => {
    const returned = withBlocks(sent, [...sent.blocks, assistantBlock('second', fields('a'))])
    expect(ownBlocks(sent, returned, () => 'never')).toBe(returned)
  })

  it('with the blocks that it was sent as they were sent, also where it copies them', () => {
    const copies: readonly Block[] = structuredClone(sent.blocks)
    const owned = own(...copies, assistantBlock('second', fields('a')))
    for (const [index, block] of sent.blocks.entries()) expect(owned.blocks[index]).toBe(block)
    const shortened = own({ ...user, metadata: { seen: true } }, first, next)
    expect(shortened.blocks[0]).toBe(user)
  })

  it('where it says something under an id that is taken: nothing takes the place of what is there', () => {
    const second = assistantBlock('second', fields('msg_1'))
    expect(show(own(...sent.blocks, second))).toEqual(['u ', 'msg_1 first', 'v ', 'made_1 second'])
    const claiming = assistantBlock('I am the user', fields('u'))
    expect(show(own(claiming, ...sent.blocks))).toEqual(['made_1 I am the user', 'u ', 'msg_1 first', 'v '])
  })

  it('where it uses one id for all that it says', () => {
    const said = ['one', 'two', 'two'].map((text) => assistantBlock(text, fields('text-0')))
    expect(show(own(...sent.blocks, ...said)).slice(3)).toEqual(['text-0 one', 'made_1 two', 'made_2 two'])
    // The very same object twice.
    expect(show(own(...sent.blocks, first)).slice(3)).toEqual(['made_1 first'])
  })

  it('also where it fails', async () => {
    const partial = withBlocks(sent, [...sent.blocks, assistantBlock('second', fields('msg_1'))])
    const base = {
      info: { api: 'a', host: 'h', model: 'm' },
      runInference: () => Promise.reject(new EngineError('network', 'cut', { partial })),
    }
    const error = await callEngine(base, background(), sent).catch((caught: unknown) => caught)
    const kept = isEngineError(error) ? error.partial : undefined
    expect(kept?.blocks.slice(0, 3)).toEqual(sent.blocks)
    expect(kept?.blocks[3]).toMatchObject({ text: 'second' })
    expect(kept?.blocks[3]?.id).not.toBe('msg_1')
  })
})

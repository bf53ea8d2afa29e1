import { EngineError } from '@geppetto/engine'
import {
  assistantBlock,
  type Block,
  createTurn,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  withBlocks,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { addArrived, addWhatFits, lostBlocks } from './kept-turn.ts'

const fields = (id: string) => ({ id, createdAt: 1 })
const user = userBlock('Hi', fields('u'))
const turn = createTurn({ id: 'turn', createdAt: 1, blocks: [user] })

function countingIds(): () => string {
  let ids = 0
  return () => `made_${++ids}`
}

const show = ({ blocks }: Turn) =>
  blocks.map((block) => `${block.id} ${block.kind === 'assistant' ? block.text : block.kind}`)
const said = (id: string, text: string) => assistantBlock(text, fields(id))
const addNews = (...news: readonly Block[]) => show(addWhatFits(turn, news, countingIds()))

describe('what arrived is added to what is there', () => {
  it('under an id of its own where its id is that of something else: the prompt stays', () => {
    expect(addNews(said('u', 'lost'))).toEqual(['u user', 'made_1 lost'])
    const error = new EngineError('network', 'cut', { partial: withBlocks(turn, [said('u', 'lost')]) })
    expect(show(addArrived({ turn, seq: 0 }, error, [], countingIds()).turn)).toEqual(['u user', 'made_1 lost'])
  })

  it('all of it, where several pieces have one id', () => {
    expect(addNews(said('a', 'one'), said('a', 'two'))).toEqual(['u user', 'made_1 one', 'made_2 two'])
    expect(addNews(user, userBlock('Ho', fields('u')))).toEqual(['u user', 'made_1 user'])
  })

  it('in the place of what it is a newer form of', () => {
    const newer = userBlock('Hi, again', fields('u'))
    expect(addWhatFits(turn, [newer], countingIds()).blocks).toEqual([newer])
  })

  it('in the place, and under the id, of an older result of the same call', () => {
    const call = toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: {} } }, fields('call'))
    const result = (id: string, outcome: 'pending' | 'ok') =>
      toolResultBlock({ callId: 'c', name: 'f', outcome, content: 'x' }, fields(id))
    const waiting = withBlocks(turn, [user, call, result('r', 'pending')])
    const kept = addWhatFits(waiting, [result('other', 'ok')], countingIds())
    expect(kept.blocks.at(-1)).toEqual(result('r', 'ok'))
    expect(kept.blocks).toHaveLength(3)
  })
})

it('a block whose id was given to another kind of block is lost', () => {
  expect(lostBlocks(turn, withBlocks(turn, [said('u', 'lost')]))).toEqual(['u'])
  expect(lostBlocks(turn, withBlocks(turn, [userBlock('Hi, again', fields('u'))]))).toEqual([])
})

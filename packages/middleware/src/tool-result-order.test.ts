import { type Block, reasoningBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { composeMiddlewares } from './compose.ts'
import { toolResultOrder } from './tool-result-order.ts'
import { assistant, call, createBase, ctx, idsOf, result, turnOf, user } from './turns.test-helper.ts'

async function send(...blocks: readonly Block[]) {
  const base = createBase()
  const turn = turnOf(...blocks)
  const made = await composeMiddlewares([toolResultOrder()], base.run)(ctx, turn)
  expect(made.blocks.slice(0, -1)).toEqual(turn.blocks)
  return idsOf(base.received[0])
}

describe('results are sent', () => {
  it('behind their calls, in the order of the calls', async () => {
    expect(await send(user('u'), call('1'), call('2'), result('2'), result('1'), assistant('a'))).toEqual([
      ...['u', 'call 1', 'call 2', 'result 1', 'result 2', 'a'],
    ])
  })

  it('behind all that their step said, so that one message of the provider stays whole', async () => {
    const thought = reasoningBlock('hm', { id: 'r', createdAt: 1 })
    const blocks = [thought, call('1'), assistant('and'), call('2'), result('2'), result('1')]
    expect(await send(user('u'), ...blocks)).toEqual(['u', 'r', 'call 1', 'and', 'call 2', 'result 1', 'result 2'])
  })

  it('before what a user said before they came, and before the next step', async () => {
    expect(await send(call('1'), user('u'), result('1'))).toEqual(['call 1', 'result 1', 'u'])
    const steps = [call('1'), result('1'), call('2'), result('2'), assistant('a')]
    expect(await send(...steps)).toEqual(idsOf(turnOf(...steps)))
  })
})

it('sends the turn itself when nothing is out of order', async () => {
  const base = createBase()
  const turn = turnOf(user('u'), call('1'), result('1'))
  await composeMiddlewares([toolResultOrder()], base.run)(ctx, turn)
  expect(base.received[0]).toBe(turn)
})

import type { Engine, Middleware } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session } from '@geppetto/session'
import { assistantText, type Turn, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createScriptedEngine } from '../src/index.ts'

/** An engine that returns the turn with these fields in place of its own. */
function engineThatReturns(change: (turn: Turn) => object): Engine {
  return {
    info: { api: 'acme', host: 'h', model: 'm' },
    runInference: async (_, turn) => ({ ...turn, ...change(turn) }),
  }
}

const facts = { createdAt: 1, metadata: {} }

async function expectSound(session: Session, store: ReturnType<typeof createMemoryStore>): Promise<void> {
  expect(session.latest === undefined ? [] : validateTurn(session.latest)).toEqual([])
  const opened = await Session.open(store, session.id, {
    builder: createEngineBuilder({ base: createScriptedEngine([]) }),
  })
  expect(opened.latest).toEqual(session.latest)
}

describe('P1: what a foreign part keeps hold of', () => {
  it('in data frozen on its surface, is not in the conversation', async () => {
    const inner: { tags: unknown[] } = { tags: ['a'] }
    const tag: Middleware = (next) => async (ctx, turn) => {
      const result = await next(ctx, turn)
      const data: object = Object.freeze({ ...result.data, 'acme.state': inner })
      return Object.assign({ ...result }, { data })
    }
    const store = createMemoryStore()
    const base = createScriptedEngine(() => [{ text: 'yes' }])
    const session = new Session({ store, builder: createEngineBuilder({ base, middlewares: [tag] }) })
    expect((await session.submit('a').wait()).status).toBe('completed')
    inner.tags.push(new Date(0))
    expect(session.latest?.data['acme.state']).toEqual({ tags: ['a'] })
    await expectSound(session, store)
    inner.tags.pop()
    expect((await session.submit('b').wait()).status).toBe('completed')
    await expectSound(session, store)
  })

  it('in metadata frozen on its surface, does not change what is committed', async () => {
    const inner: { y: unknown } = { y: 1 }
    const base = engineThatReturns((turn) => ({
      metadata: Object.freeze({ x: inner }),
      blocks: [...turn.blocks, { ...facts, kind: 'assistant', id: `a${turn.blocks.length}`, text: 'ok' }],
    }))
    const store = createMemoryStore()
    const session = new Session({ store, builder: createEngineBuilder({ base }) })
    const { status, turn } = await session.submit('a').wait()
    inner.y = () => 1
    expect([status, turn.metadata.x, session.latest?.metadata.x]).toEqual(['completed', { y: 1 }, { y: 1 }])
    await expectSound(session, store)
  })

  it.each<[string, () => object]>([
    [
      'a getter',
      () => ({
        ...facts,
        kind: 'assistant',
        id: 'a',
        get text() {
          return 'live'
        },
      }),
    ],
    ['a hidden field', () => Object.defineProperty({ ...facts, kind: 'assistant', id: 'a' }, 'text', { value: 'x' })],
  ])('as %s of a block, fails the run and leaves the conversation as it was', async (_, makeBlock) => {
    const base = engineThatReturns((turn) => ({ blocks: [...turn.blocks, makeBlock()] }))
    const store = createMemoryStore()
    const session = new Session({ store, builder: createEngineBuilder({ base }) })
    const { status, turn } = await session.submit('a').wait()
    expect([status, turn.blocks.map(({ kind }) => kind)]).toEqual(['failed', ['user']])
    await expectSound(session, store)
  })

  it('as a block that it goes on to change, stays as it was when it was returned', async () => {
    const block = { ...facts, kind: 'assistant', id: 'a', text: 'partial' }
    const base = engineThatReturns((turn) => ({ blocks: [...turn.blocks, block] }))
    const store = createMemoryStore()
    const session = new Session({ store, builder: createEngineBuilder({ base }) })
    const { turn } = await session.submit('a').wait()
    block.text = 'changed later'
    expect([assistantText(turn), session.latest && assistantText(session.latest)]).toEqual(['partial', 'partial'])
    await expectSound(session, store)
  })
})

import { background, type Context } from '@geppetto/context'
import {
  defineMiddleware,
  EngineError,
  isEngineError,
  isTurnShrunkError,
  type Middleware,
  withFacts,
} from '@geppetto/engine'
import {
  appendBlocks,
  assistantBlock,
  type Block,
  systemBlock,
  type Turn,
  userBlock,
  withBlocks,
  withView,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { composeMiddlewares } from './compose.ts'
import { changedBy } from './mark-changed.ts'
import { assistant, createBase, ctx, idsOf, turnOf, user } from './turns.test-helper.ts'

const passing = (name: string, log: string[]): Middleware =>
  defineMiddleware(name, (next) => async (inner, turn) => {
    log.push(`${name} in`)
    const result = await next(inner, turn)
    log.push(`${name} out`)
    return result
  })

/** Sends the last block alone. */
const shortened = (name: string): Middleware =>
  defineMiddleware(name, (next) => (inner, turn) => next(inner, withView(turn, turn.blocks.slice(-1))))

const marksOf = (turn: Turn) => turn.blocks.map((block) => changedBy(block).join(' '))

describe('the chain', () => {
  it('goes from the first to the last and back, and calls the base', async () => {
    const log: string[] = []
    const base = createBase()
    const run = composeMiddlewares([passing('a', log), passing('b', log)], base.run)
    expect(idsOf(await run(ctx, turnOf(user('u'))))).toEqual(['u', 'answer 1'])
    expect(log).toEqual(['a in', 'b in', 'b out', 'a out'])
    expect(composeMiddlewares([], base.run)).toBe(base.run)
  })

  it('lets a middleware call the next twice, or not at all', async () => {
    const base = createBase()
    const twice = defineMiddleware('twice', (next) => async (inner, turn) => next(inner, await next(inner, turn)))
    const never = defineMiddleware('never', () => async (_, turn) => appendBlocks(turn, assistant('own')))
    expect(idsOf(await composeMiddlewares([twice], base.run)(ctx, turnOf(user('u'))))).toEqual([
      'u',
      'answer 1',
      'answer 2',
    ])
    const skipped = await composeMiddlewares([never], base.run)(ctx, turnOf(user('u')))
    expect(idsOf(skipped)).toEqual(['u', 'own'])
    expect(base.received).toHaveLength(2)
  })

  it('keeps two calls that go on at the same time apart', async () => {
    const base = createBase()
    const prefix = defineMiddleware('prefix', (next) => async (inner, turn) => {
      await Promise.resolve()
      return next(inner, appendBlocks(turn, user(`${turn.blocks.length} more`)))
    })
    const run = composeMiddlewares([prefix], base.run)
    const [one, two] = await Promise.all([run(ctx, turnOf(user('a'))), run(ctx, turnOf(user('a'), user('b')))])
    expect([marksOf(one), marksOf(two)]).toEqual([
      ['', 'prefix', ''],
      ['', '', 'prefix', ''],
    ])
  })
})

describe('what a middleware changed', () => {
  it('is marked with its name, on the way in and on the way out; what others made is not', async () => {
    const base = createBase()
    const before = defineMiddleware(
      'before',
      (next) => (inner, turn) => next(inner, withBlocks(turn, [systemBlock('S', { id: 's' }), ...turn.blocks])),
    )
    const after = defineMiddleware(
      'after',
      (next) => async (inner, turn) => appendBlocks(await next(inner, turn), assistant('appendix')),
    )
    const made = await composeMiddlewares([after, before], base.run)(ctx, turnOf(user('u')))
    expect(idsOf(made)).toEqual(['s', 'u', 'answer 1', 'appendix'])
    expect(marksOf(made)).toEqual(['before', '', '', 'after'])
    expect(marksOf(base.received[0] ?? turnOf())).toEqual(['before', ''])
    const again = await composeMiddlewares([after], base.run)(ctx, made)
    expect(marksOf(again)).toEqual(['before', '', '', 'after', '', 'after'])
  })

  it('bears both names when two changed it, and that of one without a name as anonymous', async () => {
    const rewrite =
      (text: string): Middleware =>
      (next) =>
      (inner, turn) =>
        next(inner, withBlocks(turn, [userBlock(text, { id: 'u', metadata: turn.blocks[0]?.metadata ?? {} })]))
    const base = createBase()
    const chain = [defineMiddleware('one', rewrite('1')), rewrite('2')]
    expect(marksOf(await composeMiddlewares(chain, base.run)(ctx, turnOf(user('u'))))[0]).toBe('one anonymous')
  })

  it('is not what came back inside an error and is returned in its place', async () => {
    const failing = async (_: unknown, turn: Turn) => {
      throw new EngineError('network', 'cut', { partial: appendBlocks(turn, assistant('partial')) })
    }
    const forgiving = defineMiddleware('forgiving', (next) => async (inner, turn) => {
      try {
        return await next(inner, turn)
      } catch (error) {
        if (isEngineError(error) && error.partial !== undefined) return error.partial
        throw error
      }
    })
    expect(marksOf(await composeMiddlewares([forgiving], failing)(ctx, turnOf(user('u'))))).toEqual(['', ''])
  })
})

describe('a view', () => {
  const full = turnOf(user('a'), assistant('b'), user('c'))

  it('is sent, and what comes back stands on the full turn', async () => {
    const base = createBase()
    const made = await composeMiddlewares([shortened('short')], base.run)(ctx, full)
    expect(idsOf(base.received[0])).toEqual(['c'])
    expect(idsOf(made)).toEqual(['a', 'b', 'c', 'answer 1'])
  })

  it('comes back as a view to those behind the one that made it', async () => {
    const seen: (readonly string[])[] = []
    const behind = defineMiddleware('behind', (next) => async (inner, turn) => {
      const result = await next(inner, turn)
      seen.push(idsOf(turn), idsOf(result))
      return result
    })
    const made = await composeMiddlewares([shortened('short'), behind], createBase().run)(ctx, full)
    expect(seen).toEqual([['c'], ['c', 'answer 1']])
    expect(idsOf(made)).toEqual(['a', 'b', 'c', 'answer 1'])
  })

  it('of a view stands on the full turn too', async () => {
    const base = createBase()
    const pair = defineMiddleware('pair', (next) => (inner, turn) => next(inner, withView(turn, turn.blocks.slice(1))))
    const made = await composeMiddlewares([pair, shortened('short')], base.run)(ctx, full)
    expect(idsOf(base.received[0])).toEqual(['c'])
    expect(idsOf(made)).toEqual(['a', 'b', 'c', 'answer 1'])
  })

  it('stands on the full turn also inside an error, through every layer, and an error without one stays itself', async () => {
    const cut = new EngineError('network', 'cut', { retryable: false })
    const failing = (error: EngineError) => async (_: unknown, turn: Turn) => {
      throw error === cut ? error : withFacts(error, { partial: appendBlocks(turn, assistant('partial')) })
    }
    const chain = [passing('outer', []), shortened('short'), passing('inner', [])]
    const thrown = async (error: EngineError) =>
      composeMiddlewares(chain, failing(error))(ctx, full).catch((caught: unknown) => caught)
    const error = await thrown(new EngineError('timeout', 'late'))
    expect(isEngineError(error) && [error.code, idsOf(error.partial)]).toEqual(['timeout', ['a', 'b', 'c', 'partial']])
    expect(await thrown(cut)).toBe(cut)
  })
})

describe('a middleware that loses blocks', () => {
  it.each([
    [
      'of what it was given',
      (next: Parameters<Middleware>[0]) =>
        (async (inner, turn) => {
          const made = await next(inner, turn)
          return withBlocks(made, made.blocks.slice(1))
        }) satisfies ReturnType<Middleware>,
    ],
    [
      'by sending less without a view',
      (next: Parameters<Middleware>[0]) =>
        ((inner, turn) => next(inner, withBlocks(turn, []))) satisfies ReturnType<Middleware>,
    ],
  ])('is named with the blocks: %s', async (_, middleware) => {
    const base = createBase()
    const chain = [passing('outer', []), defineMiddleware('loser', middleware)]
    const error = await composeMiddlewares(chain, base.run)(ctx, turnOf(user('u'))).catch((caught: unknown) => caught)
    expect(isTurnShrunkError(error) && [error.middleware, error.missing]).toEqual(['loser', ['u']])
  })

  it('may use a context of its own', async () => {
    const base = createBase()
    const detached = defineMiddleware('detached', (next) => (_, turn) => next(background(), turn))
    expect(idsOf(await composeMiddlewares([detached], base.run)(ctx, turnOf(user('u'))))).toEqual(['u', 'answer 1'])
  })
})

describe("the provider's own form of a block", () => {
  const native = { api: 'a', host: 'h', model: 'm', group: 'g', payload: { text: 'my number is 17' } }
  const spoken: Block = assistantBlock('my number is 17', { id: 'b', native })
  const answering = async (_: Context, turn: Turn) => appendBlocks(turn, spoken)
  const rewriting = (rewrite: (block: Block) => Block) =>
    defineMiddleware('rewrite', (next) => async (inner, turn) => {
      const result = await next(inner, turn)
      return withBlocks(
        result,
        result.blocks.map((block) => (block.id === 'b' ? rewrite(block) : block)),
      )
    })
  const lastOf = async (middleware: Middleware) =>
    (await composeMiddlewares([middleware], answering)(ctx, turnOf(user('u')))).blocks.at(-1)

  it('is dropped with what a middleware changes: it would go out in its place', async () => {
    const block = await lastOf(
      rewriting((old) => (old.kind === 'assistant' ? { ...old, text: 'my number is [hidden]' } : old)),
    )
    expect(block).toMatchObject({ text: 'my number is [hidden]' })
    expect(block).not.toHaveProperty('native')
  })

  it('stays where only metadata is added, and on what a middleware got elsewhere', async () => {
    expect(await lastOf(rewriting((old) => ({ ...old, metadata: { seen: true } })))).toMatchObject({ native })
    const elsewhere = defineMiddleware('other engine', () => answering)
    expect(await lastOf(elsewhere)).toMatchObject({ native })
  })
})

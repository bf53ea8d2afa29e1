import { systemBlock, withView } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { composeMiddlewares } from './compose.ts'
import { changedBy } from './mark-changed.ts'
import { systemPrompt } from './system-prompt.ts'
import { assistant, createBase, ctx, idsOf, turnOf, user } from './turns.test-helper.ts'

const textsOf = (turn: ReturnType<typeof turnOf> | undefined) =>
  turn?.blocks.map((block) => (block.kind === 'system' ? block.text : block.kind))

it('sends the text in front, says that it did, and leaves the history without it', async () => {
  const base = createBase()
  const run = composeMiddlewares([systemPrompt('Be brief.')], base.run)
  const first = await run(ctx, turnOf(user('u')))
  expect(textsOf(first)).toEqual(['user', 'assistant'])
  expect(textsOf(base.received[0])).toEqual(['Be brief.', 'user'])
  expect(base.received[0]?.blocks.map(changedBy)).toEqual([['systemPrompt'], []])
})

it('sends the very same block with each call, so that caches of the provider hold', async () => {
  const base = createBase()
  const run = composeMiddlewares([systemPrompt('Be brief.')], base.run)
  await run(ctx, await run(ctx, turnOf(user('u'))))
  expect(textsOf(base.received[1])).toEqual(['Be brief.', 'user', 'assistant'])
  expect(base.received[1]?.blocks[0]).toEqual(base.received[0]?.blocks[0])
})

it('sends several in the order of the list, each once, also twice the same', async () => {
  const base = createBase()
  const texts = ['You are a pirate.', 'Answer in French.', 'Answer in French.']
  const run = composeMiddlewares(
    texts.map((text) => systemPrompt(text)),
    base.run,
  )
  const twice = await run(ctx, await run(ctx, turnOf(user('u'), assistant('a'))))
  expect(textsOf(base.received[1])).toEqual([...texts, 'user', 'assistant', 'assistant'])
  expect(new Set(idsOf(base.received[1])).size).toBe(6)
  expect(textsOf(twice)).toEqual(['user', 'assistant', 'assistant', 'assistant'])
})

it('is no longer sent when the middleware is gone, and another text takes its place', async () => {
  const base = createBase()
  const first = await composeMiddlewares([systemPrompt('You are A.')], base.run)(ctx, turnOf(user('u')))
  const second = await composeMiddlewares([systemPrompt('You are B.')], base.run)(ctx, first)
  await composeMiddlewares([], base.run)(ctx, second)
  expect(base.received.map((turn) => textsOf(turn)?.[0])).toEqual(['You are A.', 'You are B.', 'user'])
})

it('stands in front of system blocks that the program put into the turn, which stay', async () => {
  const base = createBase()
  const turn = turnOf(systemBlock('Mine.', { id: 's' }), user('u'))
  const made = await composeMiddlewares([systemPrompt('One.'), systemPrompt('Two.')], base.run)(ctx, turn)
  expect(textsOf(base.received[0])).toEqual(['One.', 'Two.', 'Mine.', 'user'])
  expect(textsOf(made)).toEqual(['Mine.', 'user', 'assistant'])
})

it('adds to what another middleware left of the conversation', async () => {
  const base = createBase()
  const run = composeMiddlewares(
    [(next) => (innerCtx, turn) => next(innerCtx, withView(turn, turn.blocks.slice(-1))), systemPrompt('Be brief.')],
    base.run,
  )
  const made = await run(ctx, turnOf(user('u1'), user('u2')))
  expect(textsOf(base.received[0])).toEqual(['Be brief.', 'user'])
  expect(textsOf(made)).toEqual(['user', 'user', 'assistant'])
})

it('refuses an empty text where it is written', () => {
  expect(() => systemPrompt('  ')).toThrow(/system block/)
})

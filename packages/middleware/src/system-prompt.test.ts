import { withBlocks } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { composeMiddlewares } from './compose.ts'
import { changedBy } from './mark-changed.ts'
import { systemPrompt } from './system-prompt.ts'
import { assistant, createBase, ctx, turnOf, user } from './turns.test-helper.ts'

const textsOf = (turn: ReturnType<typeof turnOf>) =>
  turn.blocks.map((block) => (block.kind === 'system' ? block.text : block.kind))

it('puts the text in front, once, and says that it did', async () => {
  const run = composeMiddlewares([systemPrompt('Be brief.')], createBase().run)
  const first = await run(ctx, turnOf(user('u')))
  expect(textsOf(first)).toEqual(['Be brief.', 'user', 'assistant'])
  expect(first.blocks.map(changedBy)).toEqual([['systemPrompt'], [], []])
  const second = await run(ctx, first)
  expect(textsOf(second)).toEqual(['Be brief.', 'user', 'assistant', 'assistant'])
  expect(second.blocks[0]).toBe(first.blocks[0])
})

it('puts another text in the place of the old one, under the same id', async () => {
  const base = createBase()
  const first = await composeMiddlewares([systemPrompt('Be brief.')], base.run)(ctx, turnOf(user('u')))
  const moved = withBlocks(first, [...first.blocks.slice(1, 2), ...first.blocks.slice(0, 1), ...first.blocks.slice(2)])
  const second = await composeMiddlewares([systemPrompt('Be kind.')], base.run)(ctx, moved)
  expect(textsOf(second)).toEqual(['user', 'Be kind.', 'assistant', 'assistant'])
  expect(second.blocks[1]?.id).toBe(first.blocks[0]?.id)
})

it('keeps two texts apart by their slots', async () => {
  const chain = [systemPrompt('Inner.', { slot: 'policy' }), systemPrompt('Outer.')]
  const run = composeMiddlewares(chain, createBase().run)
  const twice = await run(ctx, await run(ctx, turnOf(user('u'), assistant('a'))))
  expect(textsOf(twice).filter((text) => text.endsWith('.'))).toEqual(['Outer.', 'Inner.'])
})

it('refuses an empty text where it is written', () => {
  expect(() => systemPrompt('  ')).toThrow(/system block/)
})

import { appendBlocks, assistantBlock, reasoningBlock, type Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { readSaid } from './read-said.ts'

it('what was said is read in every branch, once, and from where it was read before', async () => {
  const store = createMemoryStore()
  let calls = 0
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> =>
    appendBlocks(turn, reasoningBlock('Hm.'), assistantBlock(`Answer ${++calls}`))
  const session = new Session({ builder: { build: () => ({ runInference }) }, store, id: 's' })
  await session.submit('One').wait()
  const first = await readSaid(store, 's')
  expect(first.texts).toEqual(['One', 'Answer 1'])
  session.regenerate()
  await session.startInference().wait()
  await session.submit([{ type: 'text', text: 'Two' }]).wait()
  const { texts, head } = await readSaid(store, 's', first.head)
  expect(texts.filter((text) => text !== 'One')).toEqual(['Answer 2', 'Two', 'Answer 3'])
  expect([head, (await readSaid(store, 's', head)).texts]).toEqual([(await store.find('s'))?.head, []])
  expect(await readSaid(store, 'unknown')).toEqual({ texts: [], head: 0 })
})

import { expect, it } from 'vitest'
import { addItems, joinList } from './index.ts'

it.each([[[]], [['1']], [['1', '2,3', '4']]])('puts %j into a list', (items) => {
  expect(joinList('{"list":[', items, ']}')).toBe(`{"list":[${items.join(',')}]}`)
})

it('keeps many items in few texts, in their order, and leaves those before as they were', () => {
  const items = Array.from({ length: 1_000 }, (_none, index) => String(index % 10))
  const stages: (readonly string[])[] = [[]]
  for (const item of items) stages.push(addItems(stages.at(-1) ?? [], item))
  for (const [count, texts] of stages.entries()) {
    expect(texts.join(',')).toBe(items.slice(0, count).join(','))
    expect(texts.length).toBeLessThan(12)
  }
})

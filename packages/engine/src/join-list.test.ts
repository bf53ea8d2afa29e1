import { expect, it } from 'vitest'
import { joinList } from './index.ts'

it.each([[[]], [['1']], [['1', '2,3', '4']]])('puts %j into a list', (items) => {
  expect(joinList('{"list":[', items, ']}')).toBe(`{"list":[${items.join(',')}]}`)
})

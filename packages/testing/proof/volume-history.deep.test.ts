import { expect, it } from 'vitest'
import { assertReadable, openLongSession } from './long-session.test-helper.ts'

it('P11: each of 10,000 turns can be read, before and after it was stored: a hundred million blocks', async () => {
  const { session, opened } = await openLongSession(10_000)
  for (const each of [session, opened]) {
    expect(each.turnCount).toBe(10_000)
    for (let index = 0; index < each.turnCount; index++) assertReadable(each, index)
  }
})

import { describe, it } from 'vitest'
import { expectNoLeftovers } from './run-leftovers.test-helper.ts'

describe('P11, P13: 10,000 runs of all kinds leave no listener, timer, signal or promise behind', () => {
  it('in new sessions, and no memory', () => expectNoLeftovers('new', 10_000, 100))

  it('in one session, and no memory but that of what was said', () => expectNoLeftovers('one', 10_000, 3_900))
})

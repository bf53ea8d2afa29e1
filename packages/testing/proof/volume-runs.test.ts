import { describe, it } from 'vitest'
import { expectNoLeftovers } from './run-leftovers.test-helper.ts'

// 10,000 of each in volume-runs.deep.test.ts.
describe('P11, P13: 2,000 runs of all kinds leave no listener, timer, signal or promise behind', () => {
  it('in new sessions, and no memory', () => expectNoLeftovers('new', 2_000, 600))

  // The blocks, the states and the record of each run. Its events, or its context, would be as much again.
  it('in one session, and no memory but that of what was said', () => expectNoLeftovers('one', 2_000, 4_000))
})

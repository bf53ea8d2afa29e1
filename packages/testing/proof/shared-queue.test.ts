import { expect, it } from 'vitest'
import { shareQueue } from './shared-queue.test-helper.ts'

// More of them in shared-queue.deep.test.ts.
it.each([1, 2])(
  'P2, P7: prompts, edits and withdrawals of two processes in one session: each prompt ends in one state, the same for all (seed %i)',
  async (seed) => {
    expect(await shareQueue(seed, 12)).toEqual([])
  },
  120_000,
)

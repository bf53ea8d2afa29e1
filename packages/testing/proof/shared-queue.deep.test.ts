import { expect, it } from 'vitest'
import { shareQueue } from './shared-queue.test-helper.ts'

it.each(Array.from({ length: 20 }, (_, index) => 100 + index))(
  'P2, P7: prompts, edits and withdrawals of two processes in one session: each prompt ends in one state, the same for all (seed %i)',
  async (seed) => {
    expect(await shareQueue(seed, 40)).toEqual([])
  },
  300_000,
)

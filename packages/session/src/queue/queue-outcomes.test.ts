import { it } from 'vitest'
import { liveEverywhere } from './queue-outcomes.test-helper.ts'

// At each step in queue-outcomes.deep.test.ts.
it('prompts that wait end as their callers were told, wherever one is cancelled and the process dies', () =>
  liveEverywhere(3))

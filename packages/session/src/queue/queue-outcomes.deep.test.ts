import { it } from 'vitest'
import { liveEverywhere } from './queue-outcomes.test-helper.ts'

it('prompts that wait end as their callers were told, wherever one is cancelled and the process dies', () =>
  liveEverywhere(1))

import { expect, it } from 'vitest'
import { isStopReason } from './index.ts'

it('isStopReason takes the stop reasons, and nothing that merely looks like one', () => {
  for (const reason of ['end_turn', 'tool_calls', 'deadline', 'owner_lost', 'error'])
    expect(isStopReason(reason)).toBe(true)
  for (const other of ['stop', '', 'toString', '__proto__', undefined, null, 1, new Error('error')])
    expect(isStopReason(other)).toBe(false)
})

import { validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { measure, mebibytes } from './child-measurement.test-helper.ts'
import { assertReadable, openLongSession } from './long-session.test-helper.ts'

const turns = 10_000

describe('P11: a session of 10,000 turns', () => {
  it('takes at most 2.2 times the heap of one of 5,000', () => {
    const half = measure(new URL('./heap-of-turns.test-helper.ts', import.meta.url), turns / 2).bytes ?? 0
    const whole = measure(new URL('./heap-of-turns.test-helper.ts', import.meta.url), turns).bytes ?? 0
    process.stdout.write(
      `P11: heap of 5,000 turns ${mebibytes(half)}, of 10,000 turns ${mebibytes(whole)}: ${(whole / half).toFixed(2)} times\n`,
    )
    expect(half).toBeGreaterThan(0)
    expect(whole / half).toBeLessThan(2.2)
  })

  it('is valid, can be read turn by turn, and is the same when it is opened again', async () => {
    const { session, opened, latest } = await openLongSession(turns)
    expect(validateTurn(latest)).toEqual([])
    // Also where nothing is known of the list.
    expect(validateTurn({ ...latest, blocks: [...latest.blocks] })).toEqual([])
    expect(opened.turnCount).toBe(turns)
    expect(opened.latest).toEqual(latest)
    for (let index = 0; index < turns; index += index < 100 ? 1 : 99) {
      assertReadable(session, index)
      assertReadable(opened, index)
    }
    expect(opened.getTurn(turns / 2)).toEqual(session.getTurn(turns / 2))
    const next = await opened.run('One more')
    expect(next.blocks.slice(0, -2)).toEqual(latest.blocks)
  })
})

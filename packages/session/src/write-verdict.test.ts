import { systemClock } from '@geppetto/context'
import { createTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import type { Verdict } from './ending.ts'
import { defaultGraces } from './graces.ts'
import { commitVerdict } from './write-verdict.ts'

const turn = createTurn({ id: 'turn', createdAt: 1 })
const failing = {
  commit: () => Promise.reject(new Error('disk full')),
  assertHeld() {},
  end: async () => {},
}

async function write(verdict: Verdict): Promise<Verdict> {
  const settlement = { runId: 'run', verdict, usage: undefined }
  return (await commitVerdict(failing, settlement, systemClock, defaultGraces)).verdict
}

it('reports the failure that the run met first, not that the store failed after it', async () => {
  const failed: Verdict = { status: 'failed', turn, stop: 'deadline', error: new Error('too slow') }
  expect(await write(failed)).toEqual(failed)
})

it('has failed where a completed turn could not be written; that somebody stopped it stays true', async () => {
  expect(await write({ status: 'completed', turn, stop: 'end_turn' })).toMatchObject({
    status: 'failed',
    stop: 'error',
    error: { message: 'disk full' },
  })
  expect(await write({ status: 'cancelled', turn, stop: 'budget' })).toMatchObject({ status: 'failed', stop: 'budget' })
})

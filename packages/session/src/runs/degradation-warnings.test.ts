import { startProviderCall } from '@geppetto/engine'
import type { Degradation } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import type { InferenceRunner } from '../contract/builder.ts'
import { Session } from '../session.ts'

const info = { api: 'test', host: 'embedded', model: 'm-1' }
const dropped = { code: 'reasoning-dropped', message: 'reasoning of another model', blockId: 'old' }
const seedless = { code: 'option-dropped', message: 'the host takes no seed' }

/** A runner that makes a call for each list of rewrites. */
const runnerOf = (...requests: (readonly Degradation[])[]): InferenceRunner => ({
  async runInference(ctx, turn) {
    let reached: Turn = turn
    for (const degradations of requests) {
      const call = startProviderCall(ctx, reached, info, degradations)
      const text = call.text()
      text.append('Hello')
      text.finish()
      call.stop('end_turn')
      reached = call.finish()
    }
    return reached
  },
})

const warningsOf = async (runner: InferenceRunner) =>
  (await new Session({ builder: { build: () => runner } }).submit('Hi').wait()).warnings

it('warns of each rewrite that the requests of a run needed, once', async () => {
  const warnings = await warningsOf(runnerOf([dropped], [dropped, seedless], [], [{ ...dropped, blockId: 'new' }]))
  expect(warnings).toEqual([
    {
      code: 'request_degraded',
      message: 'reasoning-dropped: reasoning of another model (block old)',
      degradation: dropped,
    },
    { code: 'request_degraded', message: 'option-dropped: the host takes no seed', degradation: seedless },
    {
      code: 'request_degraded',
      message: 'reasoning-dropped: reasoning of another model (block new)',
      degradation: { ...dropped, blockId: 'new' },
    },
  ])
})

it('warns of nothing where all could be said, and in the next run again', async () => {
  expect(await warningsOf(runnerOf([], []))).toEqual([])
  const session = new Session({ builder: { build: () => runnerOf([seedless]) } })
  const codes = async () => (await session.submit('Hi').wait()).warnings.map(({ code }) => code)
  expect([await codes(), await codes()]).toEqual([['request_degraded'], ['request_degraded']])
})

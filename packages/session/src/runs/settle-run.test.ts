import { background, systemClock } from '@geppetto/context'
import { type Event, withEventSinks } from '@geppetto/events'
import { appendBlocks, assistantBlock, assistantText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { InferenceRunner } from '../contract/builder.ts'
import { Session } from '../session.ts'

const answer = (turn: Turn, text: string) => appendBlocks(turn, assistantBlock(text))

/** A clock that throws once, when it is asked after `arm`. */
function createTrippingClock() {
  let isArmed = false
  const now = () => {
    if (!isArmed) return systemClock.now()
    isArmed = false
    throw new Error('no time')
  }
  return {
    clock: { ...systemClock, now, schedule: systemClock.schedule },
    arm: () => {
      isArmed = true
    },
  }
}

async function runWith(runner: InferenceRunner, clock = systemClock) {
  const events: Event[] = []
  const session = new Session({ builder: { build: () => runner }, clock })
  const sink = { publish: (event: Event) => void events.push(event) }
  const result = await session.submit('Hi', {}, withEventSinks(background({ clock }), sink)).wait()
  return { session, result, types: events.map(({ type }) => type) }
}

describe('a run is settled', () => {
  it('also where settlement itself throws: what was committed is kept, and the session is free', async () => {
    const { clock, arm } = createTrippingClock()
    const { session, result, types } = await runWith(
      {
        async runInference(_, turn, scope) {
          const committed = answer(turn, 'kept')
          await scope?.commitStep(committed)
          arm()
          return committed
        },
      },
      clock,
    )
    expect(result.status === 'failed' && result.error).toEqual(new Error('no time'))
    expect(assistantText(result.turn)).toBe('kept')
    expect(session.latest).toBe(result.turn)
    expect(session.isRunning).toBe(false)
    expect(types).toEqual(['run-started', 'step-committed', 'run-failed'])
  })

  it('as failed where the persister cannot be had, and asks for it once', async () => {
    const unavailable = {
      get persister(): never {
        throw new Error('no persister')
      },
      runInference: async (_: unknown, turn: Turn) => answer(turn, 'never'),
    }
    const { result, types } = await runWith(unavailable)
    expect(result.status === 'failed' && result.error).toEqual(new Error('no persister'))
    expect(types).toEqual(['run-started', 'run-failed'])
    let asked = 0
    const counted = {
      get persister() {
        asked++
        return { persistTurn() {} }
      },
      runInference: async (_: unknown, turn: Turn) => answer(turn, 'Hello'),
    }
    expect((await runWith(counted)).result.status).toBe('completed')
    expect(asked).toBe(1)
  })

  it('where what was thrown cannot even be looked at', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const { result, types } = await runWith({ runInference: () => Promise.reject(proxy) })
    expect(result.status).toBe('failed')
    expect(types).toEqual(['run-started', 'run-failed'])
  })

  it('without being freed twice: the next run in line may have begun', async () => {
    const { clock, arm } = createTrippingClock()
    const gate = Promise.withResolvers<void>()
    const runner: InferenceRunner = {
      async runInference(ctx, turn) {
        // The second run has the clock of the session.
        if (ctx.clock !== clock) await gate.promise
        return answer(turn, 'Hello')
      },
      persister: { persistTurn: arm },
    }
    const session = new Session({ builder: { build: () => runner } })
    const first = session.submit('one', {}, background({ clock }))
    const second = session.submit('two', { whenBusy: 'queue' })
    // The last event could not be stamped, when the session was free already.
    expect(await first.wait()).toMatchObject({ status: 'completed', warnings: [{ code: 'settlement_failed' }] })
    expect(session.active?.runId).toBe(second.runId)
    gate.resolve()
    expect((await second.wait()).status).toBe('completed')
  })

  it('and its signal then aborts, so that what still goes on in its name may stop', async () => {
    let signal: AbortSignal | undefined
    const { result } = await runWith({
      async runInference(ctx, turn) {
        signal = ctx.signal
        return answer(turn, 'Hello')
      },
    })
    expect(result.status).toBe('completed')
    expect(signal?.reason).toBe('shutdown')
  })
})

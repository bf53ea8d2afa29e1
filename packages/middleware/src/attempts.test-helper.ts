import { background, type Context, sleep } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import {
  type Engine,
  EngineError,
  type EngineErrorCode,
  type EngineErrorFacts,
  startProviderCall,
} from '@geppetto/engine'
import { createEventHub, type Event, type EventSink, withHub } from '@geppetto/events'
import { assistantText, providerCalls, type Turn } from '@geppetto/turns'

/** What one call of an engine does: says a text, or waits, or both, and then fails or ends well. */
export interface Attempt {
  readonly say?: string
  /** The text is whole before the call fails. */
  readonly end?: true
  readonly waitMs?: number
  readonly fail?: EngineErrorCode
  readonly facts?: EngineErrorFacts
}

export interface FlakyEngine extends Engine {
  readonly received: readonly Turn[]
}

/** An engine that does what the list says, call by call. Each call uses one token. */
export function flaky(model: string, ...attempts: readonly Attempt[]): FlakyEngine {
  const received: Turn[] = []
  const info = { api: `api of ${model}`, host: 'test', model }
  return {
    info,
    received,
    async runInference(ctx, turn) {
      const { say, end, waitMs, fail, facts } = attempts[received.length] ?? {}
      received.push(turn)
      const call = startProviderCall(ctx, turn, info)
      try {
        call.update({ usage: { input: { uncached: 1 }, output: {}, source: 'reported' } })
        const text = say === undefined ? undefined : call.text()
        text?.append(say ?? '')
        if (end) text?.finish()
        if (waitMs !== undefined) await sleep(call.ctx, waitMs)
        if (fail !== undefined) throw new EngineError(fail, `it is ${fail}`, facts)
        call.ctx.signal.throwIfAborted()
        text?.finish()
        call.stop('end_turn')
        return call.finish()
      } catch (error) {
        throw call.abort(error)
      }
    },
  }
}

export interface Bench {
  readonly ctx: Context
  readonly clock: ManualClock
  readonly controller: AbortController
  readonly events: readonly Event[]
}

/** A context on a clock that stands still, with a sink that keeps what it is told, and whatever else listens. */
export function createBench(sink: EventSink['publish'] = () => {}): Bench {
  const clock = createManualClock()
  const controller = new AbortController()
  const events: Event[] = []
  const counts = new Map<string, number>()
  const next = (prefix: string) => {
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
    return `${prefix}_${counts.get(prefix)}`
  }
  const keeping: EventSink = { publish: (event) => void events.push(event) }
  const hub = createEventHub({ clock, sinks: [keeping, { publish: sink }], keepsLog: true })
  const ctx = withHub(background({ clock, signal: controller.signal, ids: { next } }), hub)
  return { ctx, clock, controller, events }
}

/** The outcome of a call, with time going on until it is there. */
export async function settle(
  { clock }: Bench,
  call: Promise<Turn>,
): Promise<
  { readonly turn: Turn; readonly error?: undefined } | { readonly turn?: undefined; readonly error: unknown }
> {
  let isSettled = false
  const outcome = call.then(
    (turn) => ({ turn }),
    (error: unknown) => ({ error }),
  )
  void outcome.then(() => {
    isSettled = true
  })
  await clock.advance(0)
  for (let steps = 0; !isSettled && steps < 100; steps++) {
    clock.runNext()
    await clock.advance(0)
  }
  return outcome
}

/** What a turn says, and which calls it has records of. */
export function told(turn: Turn | undefined): readonly [string, readonly string[]] {
  if (turn === undefined) return ['no turn', []]
  return [assistantText(turn), providerCalls(turn).map(({ model, outcome }) => `${model} ${outcome}`)]
}

import { getEventListeners } from 'node:events'
import { background } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import { appendBlocks, createTurn, type Turn, userBlock } from '@geppetto/turns'
import type { EventCollector } from './event-collector.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, createFetchTransport, type EngineError, isEngineError, type TimeLimits } from './index.ts'
import { scriptAdapter } from './script-adapter.test-helper.ts'
import type { Transport } from './transport.ts'

export const hello: Turn = appendBlocks(createTurn({ id: 'turn-1' }), userBlock('hello'))

type Outcome =
  | { readonly turn: Turn; readonly error?: undefined }
  | { readonly turn?: undefined; readonly error: EngineError }

export interface Inference {
  readonly sink: EventCollector
  readonly clock: ManualClock
  readonly controller: AbortController
  /** How the call ended. Rejects only with what is not an EngineError. */
  readonly outcome: Promise<Outcome>
  /** What the call left behind that it should not have. */
  leftovers(): { readonly timers: number; readonly listeners: number }
}

/** Starts one inference by the script adapter, on a clock that stands still. */
export function infer(
  transport: Transport | string,
  options: {
    readonly sink?: EventCollector
    readonly timeLimits?: TimeLimits
    readonly turn?: Turn
    readonly controller?: AbortController
  } = {},
): Inference {
  const { sink = collectEvents(), timeLimits = {}, turn = hello, controller = new AbortController() } = options
  const clock = createManualClock()
  const carrier = typeof transport === 'string' ? createFetchTransport({ baseUrl: transport }) : transport
  const engine = createAdapterEngine(scriptAdapter, carrier, { defaults: { model: 'm-1' }, timeLimits })
  const ctx = withEventSinks(background({ clock, signal: controller.signal }), sink)
  const outcome = engine.runInference(ctx, turn).then(
    (answer): Outcome => ({ turn: answer }),
    (error: unknown): Outcome => {
      if (isEngineError(error)) return { error }
      throw error
    },
  )
  return {
    sink,
    clock,
    controller,
    outcome,
    leftovers: () => ({ timers: clock.scheduled, listeners: getEventListeners(controller.signal, 'abort').length }),
  }
}

/** The outcome of a call that was to fail. */
export async function failure(inference: Inference): Promise<EngineError> {
  const { error, turn } = await inference.outcome
  if (error === undefined) throw new Error(`it did not fail, but answered ${JSON.stringify(turn)}`)
  return error
}

import { type Event, isDelta } from '@geppetto/events'
import type { StopReason } from '@geppetto/turns'
import { type ConformanceCase, check, realTime } from './conformance-case.ts'
import type { EngineRules } from './conformance-engine.ts'
import { checkLeftovers, checkQuiet } from './conformance-engine-answer.ts'
import { type EngineScenario, isContent, type ObservedCall, startCall } from './conformance-engine-call.ts'
import { checkCancelled, checkFold, checkGrammar, checkTurn, recordOf } from './conformance-engine-rules.ts'

/** At most so many places of a stream are tried. */
export const maxPlaces = 60

/** The rules of a call that is aborted. */
export function abortCases(rules: EngineRules): readonly ConformanceCase[] {
  const { define, limitMs } = rules
  const scenarios: readonly (readonly [string, EngineScenario])[] = [
    ['an answer', rules],
    ...(rules.toolCalls === undefined ? [] : [['tool calls', rules.toolCalls] as const]),
  ]
  return [
    define('P4: an abort before the call rejects with an EngineError cancelled, and says nothing', async () => {
      const call = await startCall(rules, { limitMs, isAborted: true })
      checkCancelled(call.input, await call.failure(), call.events)
      check(!call.events.some(isDelta), 'it said something')
      if (call.events.length > 0) checkGrammar(call.events)
      await checkLeftovers(call)
    }),
    ...scenarios.flatMap(([what, scenario]) => [
      define(`P4: an abort at any event of ${what} rejects with an EngineError cancelled, soon`, () =>
        atEachEvent(scenario, rules, async (call, mayComplete) => {
          const { turn, error } = await call.settled()
          if (turn === undefined) checkCancelled(call.input, error, call.events)
          else check(mayComplete, 'it went on to its end, as if nothing had happened')
        }),
      ),
      define(`P5: an abort at any event of ${what} keeps all that a sink saw, and the grammar`, () =>
        atEachEvent(scenario, rules, async (call) => {
          const { turn, error } = await call.settled()
          const kept = turn ?? checkCancelled(call.input, error, call.events)
          checkTurn(call.input, kept)
          checkFold(call.input, kept, call.events)
          checkGrammar(call.events)
        }),
      ),
    ]),
    define('P13: an abort in the middle leaves no timer and no listener, and no event follows', async () => {
      const call = await abortedAt(rules, rules, 1)
      await call.settled()
      await checkLeftovers(call)
      await checkQuiet(call)
    }),
    ...reasons.map(([word, reason, stop]) =>
      define(`P10: an abort ${word} leaves a record with stop ${stop}`, async () => {
        const call = await abortedAt(rules, rules, 1, reason)
        const partial = checkCancelled(call.input, await call.failure(), call.events)
        const record = recordOf(call.input, partial)
        check(record.outcome === 'cancelled', `the record’s outcome is ${record.outcome}, not cancelled`)
        check(record.stop === stop, `the record’s stop is ${record.stop}, not ${stop}`)
      }),
    ),
    ...(rules.stuck === undefined ? [] : [stuckCase(rules.stuck, rules)]),
  ]
}

const reasons: readonly (readonly [word: string, reason: unknown, stop: StopReason])[] = [
  ['by somebody', undefined, 'user'],
  ['for a reason that is a stop reason', 'budget', 'budget'],
  ['at a deadline', new DOMException('time is up', 'TimeoutError'), 'deadline'],
]

/** Nothing having come for so long, in milliseconds of real time, a call waits for what made it be stuck. */
const quietMs = 50

function stuckCase(scenario: EngineScenario, { define, limitMs }: EngineRules): ConformanceCase {
  return define('P4: an abort ends a call that is stuck, with what had arrived', async () => {
    let lastAt = performance.now()
    const onEvent = (): void => {
      lastAt = performance.now()
    }
    const call = await startCall(scenario, { limitMs, onEvent })
    // A call that settles before is none that is stuck, and shows in what it settles with.
    const settled = call.settled().then(() => true)
    while (performance.now() - lastAt < quietMs)
      if (await Promise.race([settled, realTime(quietMs / 5).then(() => false)])) break
    call.abort()
    checkCancelled(call.input, await call.failure(), call.events)
    checkGrammar(call.events)
    await checkLeftovers(call)
    await checkQuiet(call)
  })
}

/** Aborts a new call at each event of the scenario in turn; behind the last content it may be too late. */
async function atEachEvent(
  scenario: EngineScenario,
  rules: EngineRules,
  look: (call: ObservedCall, mayComplete: boolean) => Promise<void>,
): Promise<void> {
  const whole = await startCall(scenario, { limitMs: rules.limitMs })
  await whole.answer()
  const count = whole.events.length
  const lastContent = whole.events.findLastIndex(isContent)
  const step = Math.ceil(count / maxPlaces)
  for (let index = 0; index < count; index += step) {
    const call = await abortedAt(scenario, rules, index)
    try {
      await look(call, index >= lastContent || !rules.isDeterministic)
    } catch (error) {
      throw new Error(`at event ${index + 1} (${whole.events[index]?.type}): ${String(error)}`, { cause: error })
    }
  }
}

async function abortedAt(
  scenario: EngineScenario,
  { limitMs }: EngineRules,
  place: number,
  reason?: unknown,
): Promise<ObservedCall> {
  const onEvent = (_: Event, index: number, call: ObservedCall): void => {
    if (index === place) call.abort(reason)
  }
  return startCall(scenario, { limitMs, onEvent })
}

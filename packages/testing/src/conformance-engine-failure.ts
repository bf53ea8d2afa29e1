import { type ConformanceCase, check } from './conformance-case.ts'
import type { EngineRules } from './conformance-engine.ts'
import { checkLeftovers, checkQuiet } from './conformance-engine-answer.ts'
import { type EngineScenario, startCall } from './conformance-engine-call.ts'
import { checkFailure, checkGrammar, checkRecord } from './conformance-engine-rules.ts'

/** The rules of a call that fails. */
export function failureCases(scenario: EngineScenario, { define, limitMs }: EngineRules): readonly ConformanceCase[] {
  return [
    define('P5: a failure is an EngineError that carries all that had arrived', async () => {
      const call = await startCall(scenario, { limitMs })
      const { error } = checkFailure(call.input, await call.failure(), call.events)
      check(error.code !== 'cancelled', 'it says cancelled, and nobody had cancelled')
    }),
    define('events: a failure keeps the grammar of an engine call', async () => {
      const call = await startCall(scenario, { limitMs })
      await call.failure()
      // What cannot be sent begins no call.
      if (call.events.length > 0) checkGrammar(call.events)
    }),
    define('P10: a failure leaves a record of its call', async () => {
      const call = await startCall(scenario, { limitMs })
      const { partial } = checkFailure(call.input, await call.failure(), call.events)
      if (call.events.length > 0) checkRecord(call.input, partial, call.events, 'failed')
    }),
    define('P13: a failure leaves no timer and no listener, and no event follows', async () => {
      const call = await startCall(scenario, { limitMs })
      await call.failure()
      await checkLeftovers(call)
      await checkQuiet(call)
    }),
  ]
}

import { providerCalls } from '@geppetto/turns'
import { type ConformanceCase, check, realTime } from './conformance-case.ts'
import type { EngineRules } from './conformance-engine.ts'
import { type EngineScenario, type ObservedCall, startCall } from './conformance-engine-call.ts'
import { checkFold, checkGrammar, checkRecord, checkTurn, checkUsage } from './conformance-engine-rules.ts'

/** How long to look for what comes late, in milliseconds of real time. */
const quietMs = 20

/** The rules of a call that ends well, for one scenario. */
export function answerCases(what: string, scenario: EngineScenario, rules: EngineRules): readonly ConformanceCase[] {
  const { define, limitMs } = rules
  const start = (): Promise<ObservedCall> => startCall(scenario, { limitMs })
  return [
    define(`events: ${what} keeps the grammar of an engine call`, async () => {
      const call = await start()
      await call.answer()
      checkGrammar(call.events)
    }),
    define(`P1: ${what} comes behind the blocks of its input, in a turn that is valid`, async () => {
      const call = await start()
      const turn = await call.answer()
      checkTurn(call.input, turn)
      check(turn.blocks.length > call.input.blocks.length, 'nothing was added')
      if (scenario !== rules)
        check(
          turn.blocks.slice(call.input.blocks.length).some((block) => block.kind === 'tool-call'),
          'there is no tool call in it',
        )
    }),
    define(`P5: ${what} has the blocks that its events tell of`, async () => {
      const call = await start()
      checkFold(call.input, await call.answer(), call.events)
    }),
    define(`P10: ${what} leaves one record of its call, the same in the turn and in the last event`, async () => {
      const call = await start()
      const turn = await call.answer()
      checkRecord(call.input, turn, call.events, 'completed')
      const record = providerCalls(turn).at(-1)
      const { api, host } = call.engine.info
      check(record?.api === api && record.host === host, 'the record names another api or host than the engine’s info')
    }),
    define(`P10: ${what} states only counters that are known`, async () => {
      const call = await start()
      checkUsage(call.input, await call.answer(), call.events, scenario === rules ? rules.usage : undefined)
    }),
    define(`P13: ${what} leaves no timer and no listener`, async () => {
      const call = await start()
      await call.answer()
      await checkLeftovers(call)
    }),
    define(`P4: ${what} is followed by no event, also when it is aborted too late`, async () => {
      const call = await start()
      await call.answer()
      call.abort()
      await checkQuiet(call)
    }),
  ]
}

/** @throws Error when something listens, or waits for a time, though the call is over. */
export async function checkLeftovers(call: ObservedCall): Promise<void> {
  // What lets go in a step of its own has had the time for it.
  await realTime(0)
  const { timers, listeners } = call.leftovers
  check(timers === 0, `${timers} timer(s) are left on the context’s clock`)
  check(listeners === 0, `${listeners} listener(s) are left on the context’s signal`)
}

/** @throws Error when an event comes though the call is over. */
export async function checkQuiet(call: ObservedCall): Promise<void> {
  await realTime(quietMs)
  const [late] = call.lateEvents
  check(late === undefined, `${late?.type} was published after the call had settled`)
}

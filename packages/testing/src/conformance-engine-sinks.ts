import type { Event, EventSink } from '@geppetto/events'
import { type ConformanceCase, check, realTime } from './conformance-case.ts'
import type { EngineRules } from './conformance-engine.ts'
import { isContent, startCall } from './conformance-engine-call.ts'
import { checkCancelled, checkFold, checkGrammar } from './conformance-engine-rules.ts'

/** The rules of an engine towards the sinks of its context. */
export function sinkCases(rules: EngineRules): readonly ConformanceCase[] {
  const { define, limitMs } = rules
  return [
    define('events: a sink that throws changes nothing', () =>
      completesWith({
        publish() {
          throw new Error('a broken sink')
        },
      }),
    ),
    define('events: a sink that rejects changes nothing', () =>
      completesWith({ publish: () => Promise.reject(new Error('a broken sink')) }),
    ),
    define('P4: a sink that never takes anything is left behind', () =>
      completesWith({ publish: forEver, delivery: { policy: 'block', stallMs: 10 } }),
    ),
    define('events: a sink that blocks is waited for, before the call ends', async () => {
      const taken: Event[] = []
      const slow: EventSink = {
        async publish(event) {
          await realTime(1)
          taken.push(event)
        },
      }
      const call = await startCall(rules, { limitMs, sinks: [slow] })
      await call.answer()
      const [took, published] = [taken.filter(isContent), call.events.filter(isContent)]
      check(
        took.length === published.length,
        `it had taken ${took.length} of ${published.length} pieces when the call ended`,
      )
    }),
    define('P4: an abort ends the wait for a sink that blocks', async () => {
      const stuck: EventSink = { publish: forEver, delivery: { policy: 'block', stallMs: 60_000 } }
      const call = await startCall(rules, { limitMs, sinks: [stuck] })
      await realTime(1)
      call.abort()
      const error = await call.failure().finally(call.release)
      checkCancelled(call.input, error, call.events)
    }),
  ]

  async function completesWith(sink: EventSink): Promise<void> {
    const call = await startCall(rules, { limitMs, sinks: [sink] })
    const turn = await call.answer()
    checkGrammar(call.events)
    checkFold(
      call.input,
      turn,
      call.events.filter((event) => event.type !== 'log'),
    )
  }
}

function forEver(): Promise<void> {
  return new Promise(() => {})
}

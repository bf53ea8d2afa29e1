import { background } from '@geppetto/context'
import { isEngineError, type PreparedRequest } from '@geppetto/engine'
import { type EventSink, withEventSinks } from '@geppetto/events'
import { type Block, decodeTurn, encodeTurn, type Turn } from '@geppetto/turns'
import { type ConformanceCase, check, checkSame, within } from './conformance-case.ts'
import type { EngineRules } from './conformance-engine.ts'
import { callCorrelation, createEngine, defaultTurn, type ObservedCall, startCall } from './conformance-engine-call.ts'
import { checkFold, checkGrammar, checkTurn, recordOf } from './conformance-engine-rules.ts'
import { historyOfEveryKind, unsealedHistories } from './conformance-history.ts'

/** The rules of how an engine may be used: with any history, several times at once, with and without sinks. */
export function useCases(rules: EngineRules): readonly ConformanceCase[] {
  const { define, limitMs } = rules
  return [
    define('info: names the api, the host and the model, and each call does', async () => {
      const call = await startCall(rules, { limitMs })
      await call.answer()
      const { api, host, model } = call.engine.info
      for (const [name, value] of Object.entries({ api, host, model }))
        check(typeof value === 'string' && value !== '', `info.${name} is ${String(value)}`)
      const [first] = call.events
      check(
        first?.type === 'provider-call-started' && first.api === api && first.host === host,
        'the first event is no provider-call-started with the api and host of info',
      )
    }),
    define('P5: an answer is the same without a sink', async () => {
      const observed = await startCall(rules, { limitMs })
      const alone = await startCall(rules, { limitMs, hasSinks: false })
      const turn = await alone.answer()
      checkTurn(alone.input, turn)
      recordOf(alone.input, turn)
      checkAnswers(rules, [await observed.answer(), turn])
    }),
    define('P12: an engine leaves the turn that it is given as it was', async () => {
      const engine = await createEngine(rules, limitMs)
      // Not frozen, as one from a careless caller: what is written to it is seen.
      const turn: Turn = structuredClone(rules.turn ?? defaultTurn())
      const before = structuredClone(turn)
      const call = engine.runInference(background(), turn).catch((error: unknown) => {
        check(isEngineError(error), `it rejected with ${String(error)}`)
      })
      await within(call, limitMs, 'the call did not settle')
      checkSame(turn, before, 'it changed its input')
    }),
    define('isolation: calls of one engine at the same time, and later ones, know nothing of each other', async () => {
      const engine = await createEngine(rules, limitMs)
      const together = await Promise.all([1, 2].map(() => startCall(rules, { limitMs, engine })))
      await Promise.allSettled(together.map((call) => call.answer()))
      const calls: readonly ObservedCall[] = [...together, await startCall(rules, { limitMs, engine })]
      const turns = await Promise.all(calls.map((call) => call.answer()))
      for (const [index, call] of calls.entries()) {
        const turn = turns[index]
        check(turn !== undefined, 'a call has no outcome')
        checkTurn(call.input, turn)
        checkFold(call.input, turn, call.events)
        checkGrammar(call.events)
      }
      const ids = new Set(calls.map((call, index) => recordOf(call.input, turns[index] ?? call.input).id))
      check(ids.size === calls.length, 'calls have the same id')
      checkAnswers(rules, turns)
    }),
    define('events: each says what it belongs to, as the context does', async () => {
      const call = await startCall(rules, { limitMs })
      const turn = await call.answer()
      for (const { type, correlation } of call.events) {
        const { sessionId, runId, turnId, providerCallId } = correlation
        checkSame({ sessionId, runId }, callCorrelation, `${type} names another session or run`)
        check(turnId === turn.id, `${type} names turn ${turnId}, not ${turn.id}`)
        check(providerCallId !== undefined, `${type} names no provider call`)
      }
      for (const block of turn.blocks.slice(call.input.blocks.length))
        check(block.runId === callCorrelation.runId, `block ${block.id} names run ${block.runId}`)
    }),
    define('P1: a history of every kind is taken, or refused as unsupported, naming the block', async () => {
      const call = await startCall(rules, { limitMs, turn: historyOfEveryKind() })
      const outcome = await call.answer().catch((error: unknown) => ({ error }))
      if (!('error' in outcome)) {
        checkTurn(call.input, outcome)
        return
      }
      const { error } = outcome
      check(isEngineError(error), `it rejected with ${String(error)}, which is no EngineError`)
      check(error.code === 'unsupported', `it rejected with ${error.code}: ${error.message}`)
      check(
        call.input.blocks.some((block) => error.message.includes(block.id)),
        `the error names no block: ${error.message}`,
      )
      check(call.events.length === 0, 'it had begun a call before it found out')
    }),
    define(
      'P1: a turn with an open call, a lone result or a second one is refused, naming block and call',
      async () => {
        const engine = await createEngine(rules, limitMs)
        for (const { turn, blockId, callId } of unsealedHistories()) {
          const call = await startCall(rules, { limitMs, engine, turn })
          const error = await call.failure()
          check(isEngineError(error), `it rejected with ${String(error)}, which is no EngineError`)
          check(error.code === 'invalid_request', `it rejected with ${error.code}: ${error.message}`)
          check(!error.retryable, 'the error says that trying again may help')
          for (const id of [blockId, callId])
            check(error.message.includes(id), `the error does not name ${id}: ${error.message}`)
          check(call.events.length === 0, 'it had begun a call before it found out')
          if (engine.prepare !== undefined) checkRefusal(() => engine.prepare?.(call.ctx, turn))
        }
      },
    ),
    define('degradations: a call tells with its first event what its request could not say', async () => {
      const engine = await createEngine(rules, limitMs)
      const call = await startCall(rules, { limitMs, engine, turn: historyOfEveryKind() })
      await call.answer().catch(() => 'what a history may be refused for is another case')
      const [first] = call.events
      if (first?.type !== 'provider-call-started' || engine.prepare === undefined) return
      const { degradations } = engine.prepare(call.ctx, call.input)
      checkSame(
        first.degradations,
        degradations.length === 0 ? undefined : degradations,
        'what provider-call-started tells is not what prepare does',
      )
    }),
    define('P9: a request is prepared as the same bytes each time, without an event, and the turn stays', async () => {
      const engine = await createEngine(rules, limitMs)
      if (engine.prepare === undefined) return
      const events: string[] = []
      const sink: EventSink = { publish: (event) => void events.push(event.type) }
      const ctx = withEventSinks(background(), sink)
      const turn: Turn = structuredClone(rules.turn ?? defaultTurn())
      const [before, stored] = [structuredClone(turn), decodeTurn(structuredClone(encodeTurn(turn)))]
      const prepare = (input: Turn): PreparedRequest | undefined => engine.prepare?.(ctx, input)
      const first = prepare(turn)
      checkSame(prepare(turn), first, 'the second request is another')
      checkSame(prepare(stored), first, 'the request of the turn as it is stored is another')
      checkSame(turn, before, 'it changed its input')
      check(events.length === 0, `it published ${events[0]}`)
    }),
  ]
}

/** @throws Error when the same question got different answers. */
function checkAnswers({ isDeterministic }: EngineRules, turns: readonly Turn[]): void {
  if (!isDeterministic) return
  const [first, ...others] = turns.map((turn) => turn.blocks.map(withoutIds))
  for (const other of others) checkSame(other, first, 'the same turn got another answer')
}

/** @throws Error when a request is prepared of a turn that cannot be sent. */
function checkRefusal(prepare: () => unknown): void {
  try {
    prepare()
  } catch (error) {
    check(isEngineError(error) && error.code === 'invalid_request', `prepare threw ${String(error)}`)
    return
  }
  check(false, 'prepare made a request of it')
}

/** What a block says, without what is made anew each time. */
function withoutIds(block: Block): object {
  const { id: _, createdAt: __, runId: ___, native: ____, metadata: _____, ...said } = block
  return 'callId' in said ? { ...said, callId: '' } : said
}

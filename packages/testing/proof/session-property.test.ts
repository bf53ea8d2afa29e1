import { settlePromises } from '@geppetto/context/manual-clock'
import { isSessionBusyError, isSessionError } from '@geppetto/session'
import { parseTurn, type Turn } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ScriptAction, ScriptedCall } from '../src/scripted-engine.ts'
import { ModelledSession, waitingCalls } from './session-model.test-helper.ts'

const action: fc.Arbitrary<ScriptAction> = fc.oneof(
  fc.record({ text: fc.string() }),
  fc.record({ text: fc.array(fc.string(), { maxLength: 3 }) }),
  fc.record({ reasoning: fc.string() }),
  fc.record({ toolCall: fc.constantFrom('quick', 'slow', 'deaf', 'elsewhere', 'nobody'), input: fc.constant({}) }),
  fc.record({ toolCall: fc.constantFrom('quick', 'elsewhere'), raw: fc.constantFrom('{', '{"a":', '', 'null') }),
  fc.record({ delayMs: fc.constant(10) }),
  fc.constantFrom<ScriptAction>(
    { hang: true },
    { hang: 'deaf' },
    { fail: 'overloaded' },
    { crash: 'oops' },
    { stop: 'pause_turn' },
    { stop: 'max_tokens' },
  ),
)
const script = fc.array(fc.array(action, { maxLength: 4 }), { minLength: 1, maxLength: 8 })

/** Which of several is meant, where there are any. */
const pick = fc.nat()

/** What a program may do to a session at any moment. */
type Deed =
  | { readonly do: 'prompt' | 'start' | 'duplicate' | 'cancel-active' | 'reopen' | 'yield' }
  | { readonly do: 'append' | 'cancel' | 'answer' | 'fork'; readonly which: number }
  | { readonly do: 'submit'; readonly whenBusy: 'reject' | 'queue' | 'interrupt' }
  | { readonly do: 'wait'; readonly ms: number }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('prompt', 'start', 'duplicate', 'cancel-active', 'reopen', 'yield') }),
  fc.record({ do: fc.constantFrom('append', 'cancel', 'answer', 'fork'), which: pick }),
  fc.record({ do: fc.constant('submit' as const), whenBusy: fc.constantFrom('reject', 'queue', 'interrupt') }),
  fc.record({ do: fc.constant('submit' as const), whenBusy: fc.constantFrom('reject', 'queue', 'interrupt') }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 5, 10, 600, 2_000) }),
)

/** A turn as somebody else may have stored it: of a later version, with names and texts that have broken others. */
function givenTurn(id: string): Turn {
  return parseTurn(String.raw`{ "format": "geppetto.turn", "v": 1, "turn": {
    "id": "${id}", "createdAt": 1, "laterField": { "__proto__": { "admin": true } },
    "metadata": { "__proto__": [null] }, "data": { "constructor": "\ud83e", "acme.note": { "toString": 1 } },
    "blocks": [
      { "kind": "__proto__", "id": "${id}_hologram", "shape": { "__proto__": {} } },
      { "kind": "tool-call", "id": "${id}_call", "createdAt": 1, "callId": "${id}", "name": "elsewhere",
        "input": { "state": "parsed", "value": { "__proto__": 1 } } },
      { "kind": "tool-result", "id": "${id}_result", "createdAt": 1, "callId": "${id}", "name": "elsewhere",
        "outcome": "pending", "content": [] },
      { "kind": "user", "id": "${id}_user", "createdAt": 1, "metadata": {}, "laterField": "\u0000\udc9c",
        "content": [{ "type": "text", "text": "\ud83e", "laterField": [] }] }
    ] } }`)
}

/** The error that the session's state asks for; undefined where the deed must succeed. */
type Refusal = 'busy' | 'no_turn' | 'nothing_to_run' | 'no_such_call' | 'duplicate_turn' | undefined

function attempt(expected: Refusal | 'either', work: () => void): void {
  let refusal: string | undefined
  try {
    work()
  } catch (error) {
    if (isSessionBusyError(error)) refusal = 'busy'
    else if (isSessionError(error)) refusal = error.code
    else throw error
  }
  if (expected !== 'either') expect(refusal).toBe(expected)
}

async function perform(real: ModelledSession, deed: Deed): Promise<void> {
  const { session } = real
  const { latest, isRunning, turnCount } = session
  const busy = isRunning ? 'busy' : undefined
  switch (deed.do) {
    case 'prompt':
      return attempt(busy, () => real.give((one) => one.appendNewTurnFromUserPrompt('Hi')))
    case 'append':
      return attempt(busy, () => real.give((one) => one.append(givenTurn(`given_${turnCount}_${deed.which}`))))
    case 'duplicate':
      if (latest === undefined) return
      return attempt(busy ?? 'duplicate_turn', () => real.give((one) => one.append(latest)))
    case 'start': {
      const last = real.started.findLast((started) => started.session === session)?.result
      const isDone = last?.status === 'completed' && last.turn.id === latest?.id
      // After a fork, or from the store, it is the history that knows.
      return attempt(busy ?? (latest === undefined ? 'no_turn' : isDone ? 'nothing_to_run' : 'either'), () =>
        real.start(),
      )
    }
    case 'submit':
      return attempt(deed.whenBusy === 'reject' ? busy : undefined, () => real.submit(deed.whenBusy))
    case 'cancel':
      return void real.started[deed.which % real.started.length]?.handle.cancel()
    case 'cancel-active':
      return void session.cancelActive()
    case 'answer': {
      const waiting = waitingCalls(latest)
      const callIds = waiting.slice(0, 1 + (deed.which % 2))
      if (waiting.length > 0) return attempt(busy, () => real.answer(callIds))
      return attempt(busy ?? (latest === undefined ? 'no_turn' : 'no_such_call'), () => real.answer(['call_0']))
    }
    case 'fork':
      // What is open in the latest turn belongs to the run that goes on.
      if (turnCount > (isRunning ? 1 : 0)) real.fork(deed.which % (isRunning ? turnCount - 1 : turnCount))
      return
    case 'reopen':
      if (real.started.every(({ result }) => result !== undefined)) await real.reopen()
      return
    case 'yield':
      return settlePromises()
    case 'wait':
      return real.clock.advance(deed.ms)
  }
}

class Command implements fc.AsyncCommand<object, ModelledSession> {
  readonly #deed: Deed

  constructor(deed: Deed) {
    this.#deed = deed
  }

  check(): boolean {
    return true
  }

  async run(_: object, real: ModelledSession): Promise<void> {
    await perform(real, this.#deed)
    real.check()
    expect(real.faults).toEqual([])
  }

  toString(): string {
    return JSON.stringify(this.#deed)
  }
}

it('whatever is done to a session, its turns stay valid and in place, its runs end, and its store has what it has', async () => {
  const commands = fc.commands([deed.map((one) => new Command(one))], { maxCommands: 24, size: 'large' })
  await fc.assert(
    fc.asyncProperty(script, commands, async (calls: readonly ScriptedCall[], deeds) => {
      const real = new ModelledSession(calls)
      await fc.asyncModelRun(() => ({ model: {}, real }), deeds)
      await real.end()
      expect(real.faults).toEqual([])
    }),
    { numRuns: 300 },
  )
})

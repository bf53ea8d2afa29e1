import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { createMemoryStore, type ExecutionHandle, Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { validateTurn } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from './grammar-sink.ts'
import { createScriptedEngine, type ScriptAction } from './scripted-engine.ts'
import { createSequentialIds } from './sequential-ids.ts'

const echo = defineTool({ name: 'echo', description: 'Echoes.', input: z.object({}), execute: () => 'echo' })
const ask = defineTool({ name: 'ask', description: 'Asks a person.', input: z.object({}) })

const action: fc.Arbitrary<ScriptAction> = fc.oneof(
  fc.record({ text: fc.string() }),
  fc.record({ reasoning: fc.string() }),
  fc.record({ toolCall: fc.constantFrom('echo', 'ask', 'nobody'), input: fc.constant({}) }),
  fc.record({ toolCall: fc.constantFrom('echo', 'ask'), raw: fc.constantFrom('{', '{"a":', '', 'null') }),
  fc.record({ delayMs: fc.constant(10) }),
  fc.constantFrom<ScriptAction>({ hang: true }, { hang: 'deaf' }, { fail: 'overloaded' }, { crash: 'oops' }),
)

const step = fc.oneof(
  fc.record({ does: fc.constant('submit' as const), how: fc.constantFrom('queue' as const, 'interrupt' as const) }),
  fc.record({ does: fc.constantFrom('cancel' as const, 'settle' as const, 'wait' as const) }),
  fc.record({ does: fc.constantFrom('answer' as const, 'continue' as const, 'fork' as const, 'reopen' as const) }),
)

it('any sequence of operations keeps every turn valid, the store equal to the session, and every run ended', async () => {
  const calls = fc.array(fc.array(action, { maxLength: 4 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(calls, fc.array(step, { maxLength: 12 }), async (script, steps) => {
      const clock = createManualClock()
      const ids = createSequentialIds()
      const store = createMemoryStore({ clock })
      const sink = createGrammarSink()
      const base = createScriptedEngine((_, call) => script[(call - 1) % script.length] ?? [])
      const builder = createEngineBuilder({
        base,
        tools: [echo, ask],
        eventSinks: [sink],
        middlewares: [systemPrompt('Be brief.')],
        loopConfig: { maxIterations: 3 },
      })
      const options = { builder, clock, ids }
      let session = new Session({ ...options, store })
      const handles: ExecutionHandle[] = []
      for (const { does, ...rest } of steps) {
        switch (does) {
          case 'submit':
            handles.push(session.submit('Go', { whenBusy: 'how' in rest ? rest.how : 'queue' }))
            break
          case 'cancel':
            void session.cancelActive()
            break
          case 'settle':
            await settlePromises()
            break
          case 'wait':
            await clock.advance(2_000)
            break
          case 'answer': {
            const pending = session.isRunning ? [] : pendingCalls(session)
            if (pending.length > 0)
              session.answerToolCalls(pending.slice(0, 1).map((callId) => ({ callId, content: 'yes' })))
            break
          }
          case 'continue':
            if (!session.isRunning && pendingCalls(session).length > 0) handles.push(session.startInference())
            break
          case 'fork':
            if (!session.isRunning && session.turnCount > 0) session = session.fork()
            break
          case 'reopen':
            if (!session.isRunning && handles.length > 0 && session.turnCount > 0)
              session = await reopen(session, () => Session.open(store, session.id, options))
        }
      }
      for (const handle of handles) void handle.cancel()
      await clock.advance(60_000)
      for (const handle of handles) {
        expect(handle.isRunning).toBe(false)
        expect(validateTurn((await handle.wait()).turn)).toEqual([])
      }
      for (let index = 0; index < session.turnCount; index++) expect(validateTurn(session.getTurn(index))).toEqual([])
      if (sink.events.length > 0) sink.assertComplete()
      expect([session.isRunning, clock.scheduled]).toEqual([false, 0])
    }),
    { numRuns: 200 },
  )
})

function pendingCalls(session: Session): readonly string[] {
  const results = session.latest?.blocks.filter((block) => block.kind === 'tool-result') ?? []
  return results.filter(({ outcome }) => outcome === 'pending').map(({ callId }) => callId)
}

/** The session as the store has it: the same turns, apart from what no run has written yet. */
async function reopen(session: Session, open: () => Promise<Session>): Promise<Session> {
  let opened: Session
  try {
    opened = await open()
  } catch (error) {
    // A fork, or a session whose runs were all cancelled before they began, has not been written.
    expect(error).toMatchObject({ code: 'no_such_session' })
    return session
  }
  for (let index = 0; index < opened.turnCount - 1; index++)
    expect(opened.getTurn(index)).toEqual(session.getTurn(index))
  return opened
}

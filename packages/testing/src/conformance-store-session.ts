import { createEngineBuilder } from '@geppetto/enginebuilder'
import {
  assertCompleted,
  type ExecutionHandle,
  isSessionConflictError,
  Session,
  type SessionOptions,
  type SessionStore,
} from '@geppetto/session'
import { defineTool, type Tool } from '@geppetto/tools'
import {
  appendBlocks,
  assistantText,
  createTurn,
  type DescribedSchema,
  decodeBlock,
  encodeTurn,
  toErrorData,
  userBlock,
} from '@geppetto/turns'
import { type ConformanceCase, check, checkSame, collectAll } from './conformance-case.ts'
import type { DefineStoreCase, StoreUnderTest } from './conformance-store.ts'
import { checkBusy } from './conformance-store-lease.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'

/** Anything is taken: this package needs no schema library at run time. */
const anything: DescribedSchema = {
  '~standard': {
    version: 1,
    vendor: 'geppetto',
    validate: (value) => ({ value }),
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
}

const add = (): Tool =>
  defineTool({ name: 'add', description: 'Adds.', input: anything, effects: 'none', execute: () => 3 })

/** The store as sessions share it. */
export function sharedSessionCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define(
      'P3: of two sessions on one store, the second is refused while the first runs, and may go on after it',
      async (tested) => {
        const isCalled = Promise.withResolvers<void>()
        const one = sessionOn(tested, tested.store, [{ run: () => isCalled.resolve() }, { hang: true }])
        const two = sessionOn(tested, tested.other, [{ text: 'never' }])
        const first = one.session.submit('first')
        await reached(isCalled.promise, first)
        const refused = await two.session.submit('second').wait()
        const busy = checkBusy(refused.status === 'failed' ? refused.error : undefined)
        check(busy.runId === first.runId, `the error names run ${busy.runId}, not ${first.runId}`)
        check(two.received() === 0, 'something was sent to the engine')
        await first.cancel()
        const opened = await Session.open(tested.other, 's', optionsFor(tested, [{ text: 'after' }]))
        check(assistantText(await opened.run('third')) === 'after', 'the next run has another answer')
      },
    ),
    define('P3: a session whose state is old is told so, before anything is sent', async (tested) => {
      const one = sessionOn(tested, tested.store, [{ text: 'one' }])
      const two = sessionOn(tested, tested.other, [{ text: 'two' }])
      await one.session.run('first')
      const result = await two.session.submit('second').wait()
      check(result.status === 'failed' && isSessionConflictError(result.error), `it is ${result.status}`)
      check(two.received() === 0, 'something was sent to the engine')
    }),
  ]
}

/** The store as one session at a time uses it. */
export function sessionCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define('P5: what the user said is stored before the engine is called', async (tested) => {
      const seen: string[] = []
      const look = async (): Promise<void> => {
        for await (const { type } of tested.other.read('s')) seen.push(type)
      }
      await sessionOn(tested, tested.store, [{ run: look }, { text: 'Hello' }]).session.run('Hi')
      checkSame(seen, ['session', 'turn', 'run-started'], 'the store has otherwise')
    }),
    define(
      'P12: a session that is opened again is as it was: turns, tools, unknown blocks, metadata',
      async (tested) => {
        const calls: readonly ScriptedCall[] = [
          [{ reasoning: 'Hm.' }, { toolCall: 'add', input: { a: 1 } }],
          [{ text: ['Three', '.'] }],
          [{ text: 'Bye.' }],
          [{ text: 'again' }],
        ]
        const { session, options } = sessionOn(tested, tested.store, ...calls)
        session.updateMetadata({ title: 'Sums', later: { field: [1] } })
        const unknown = decodeBlock({ id: 'hologram_1', kind: 'hologram', createdAt: 1, depth: { metres: 3 } }, 'block')
        session.append(appendBlocks(createTurn(), unknown, userBlock('1 + 2?')))
        assertCompleted(await session.startInference().wait())
        await session.run('Thanks')
        const opened = await Session.open(tested.other, 's', options)
        check(opened.turnCount === session.turnCount, `it has ${opened.turnCount} turns, not ${session.turnCount}`)
        for (let index = 0; index < session.turnCount; index++)
          checkSame(encodeTurn(opened.getTurn(index)), encodeTurn(session.getTurn(index)), `turn ${index} is another`)
        checkSame(opened.metadata, session.metadata, 'its metadata is another')
        check(assistantText(await opened.run('More')) === 'again', 'the next run has another answer')
      },
    ),
    define(
      'P5: a run that is cancelled in the middle is stored with what had arrived, and the session is free',
      async (tested) => {
        const isSaid = Promise.withResolvers<void>()
        const call: ScriptedCall = [{ text: ['So ', 'far'] }, { run: () => isSaid.resolve() }, { hang: true }]
        const { session } = sessionOn(tested, tested.store, call)
        const handle = session.submit('Tell me')
        await reached(isSaid.promise, handle)
        const { status, turn } = await handle.cancel()
        check(status === 'cancelled', `it is ${status}`)
        check(assistantText(turn) === 'So far', `what had arrived is ${JSON.stringify(assistantText(turn))}`)
        const opened = await Session.open(tested.other, 's', optionsFor(tested, [{ text: 'Well.' }]))
        checkSame(opened.latest && encodeTurn(opened.latest), encodeTurn(turn), 'the stored turn is another')
        const last = (await collectAll(tested.other.read('s'))).at(-1)
        check(last?.type === 'run-settled' && last.status === 'cancelled', `the last record is ${last?.type}`)
        check(assistantText(await opened.run('Go on')) === 'Well.', 'the next run has another answer')
      },
    ),
    define('P3: many sessions at once on one store do not meet', async (tested) => {
      const runs = Array.from({ length: 20 }, async (_, index) => {
        const through = index % 2 === 0 ? tested.store : tested.other
        const options = optionsFor(tested, [{ text: `answer ${index}` }])
        await new Session({ ...options, id: `s${index}`, store: through }).run(`question ${index}`)
      })
      await Promise.all(runs)
      for (let index = 0; index < runs.length; index++) {
        const opened = await Session.open(tested.other, `s${index}`, optionsFor(tested))
        const text = opened.latest && assistantText(opened.latest)
        check(text === `answer ${index}`, `session s${index} has ${text}`)
      }
    }),
  ]
}

type OpenOptions = Omit<SessionOptions, 'store' | 'id'>

/** @throws Error when the run ends before it gets so far. */
async function reached(place: Promise<void>, handle: ExecutionHandle): Promise<void> {
  const result = await Promise.race([place, handle.wait()])
  if (result === undefined) return
  const why = result.status === 'failed' ? `: ${toErrorData(result.error).message}` : ''
  throw new Error(`the run is ${result.status} before it came to the engine${why}`)
}

/** A new session on the store, whose engine does what the calls say. */
function sessionOn(
  tested: StoreUnderTest,
  store: SessionStore,
  ...calls: readonly ScriptedCall[]
): { readonly session: Session; readonly options: OpenOptions; readonly received: () => number } {
  const { options, received } = engineOf(tested, calls)
  return { session: new Session({ ...options, id: 's', store }), options, received }
}

function optionsFor(tested: StoreUnderTest, ...calls: readonly ScriptedCall[]): OpenOptions {
  return engineOf(tested, calls).options
}

function engineOf(
  { clock, store }: StoreUnderTest,
  calls: readonly ScriptedCall[],
): { readonly options: OpenOptions; readonly received: () => number } {
  const engine = createScriptedEngine(calls)
  const builder = createEngineBuilder({ base: engine, tools: [add()] })
  return {
    options: { builder, clock, soleWriter: !store.capabilities.exclusive },
    received: () => engine.received.length,
  }
}

import { getEventListeners } from 'node:events'
import { background, type Context, sleep } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { defineMiddleware } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type Event, withEventSinks } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import {
  createMemoryStore,
  type ExecutionHandle,
  type RunResult,
  Session,
  type SessionOptions,
  type SessionStore,
  type StoredRecord,
} from '@geppetto/session'
import { defineTool, toolCallIdFrom } from '@geppetto/tools'
import { isSameJson, pendingCalls, replaceBlock, type Turn, validateTurn, withView } from '@geppetto/turns'
import { z } from 'zod'
import { createGrammarSink, type GrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine, type ScriptedCall } from '../src/scripted-engine.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'

/** A run that the program started, or has in line. */
interface Started {
  readonly handle: ExecutionHandle
  readonly session: Session
  /** It brings a turn of its own, as a submission does. */
  readonly bringsTurn: boolean
  /** The calls that waited for an answer before it began. */
  readonly waited: readonly string[]
  /** The turn as the history had it when the run's last event came. */
  kept?: Turn | undefined
  result?: RunResult
}

const terminals: Readonly<Record<string, RunResult['status']>> = {
  'run-finished': 'completed',
  'run-cancelled': 'cancelled',
  'run-failed': 'failed',
  'run-waiting': 'waiting',
}

/** Sends the end of the conversation only, and no result without its call. */
const shortening = defineMiddleware('shortening', (next) => (ctx, turn) => {
  const last = turn.blocks.slice(-4)
  const calls = new Set(last.filter((block) => block.kind === 'tool-call').map(({ callId }) => callId))
  const shown = last.filter((block) => block.kind !== 'tool-result' || calls.has(block.callId))
  return next(ctx, withView(turn, shown))
})

/** Puts something into the place of what came, under the same id. */
const noting = defineMiddleware('noting', (next) => async (ctx, turn) => {
  const answered = await next(ctx, turn)
  const last = answered.blocks.at(-1)
  if (last?.kind !== 'assistant') return answered
  return replaceBlock(answered, { ...last, metadata: { ...last.metadata, noted: true } })
})

/** A session, what has been done to it, and what must be true of it whatever that was. */
export class ModelledSession {
  readonly clock: ManualClock = createManualClock()
  readonly faults: string[] = []
  readonly started: Started[] = []
  readonly #controller = new AbortController()
  readonly #sink: GrammarSink = createGrammarSink()
  readonly #store: SessionStore = throughText(createMemoryStore({ clock: this.clock }))
  readonly #options: Omit<SessionOptions, 'store' | 'id'>
  readonly #ctx: Context
  /** How often each call was executed. */
  readonly #executions = new Map<string, number>()
  /** What was seen of each piece of text, by its segment. */
  readonly #seen = new Map<string, { readonly runId: string | undefined; text: string }>()
  #script: (call: number) => ScriptedCall
  #session: Session
  /** The turns of the session as they were when another one followed, by index. */
  #past: string[] = []
  /** How many turns the session had from elsewhere, or was given. */
  #given = 0
  /** Something was done that no run has written yet. */
  #isAhead = false

  constructor(script: readonly ScriptedCall[]) {
    const ids = createSequentialIds()
    this.#script = (call) => script[(call - 1) % script.length] ?? []
    const builder = createEngineBuilder({
      base: createScriptedEngine((_, call) => this.#script(call)),
      tools: this.#tools(),
      middlewares: [systemPrompt('Be brief.'), shortening, noting],
      loopConfig: { maxIterations: 3 },
    })
    this.#options = { builder, clock: this.clock, ids }
    this.#session = new Session({ ...this.#options, store: this.#store })
    const root = background({ clock: this.clock, ids, signal: this.#controller.signal })
    this.#ctx = withEventSinks(root, { publish: (event) => this.#take(event) })
  }

  get session(): Session {
    return this.#session
  }

  /** Does something that brings a turn, or is refused. */
  give(bring: (session: Session) => unknown): void {
    bring(this.#session)
    this.#given++
    this.#isAhead = true
  }

  /** Changes the latest turn without a run. */
  answer(callIds: readonly string[]): void {
    this.#session.answerToolCalls(callIds.map((callId) => ({ callId, content: 'yes' })))
    this.#isAhead = true
  }

  start(): void {
    const waited = waitingCalls(this.#session.latest)
    const handle = this.#session.startInference(this.#ctx)
    this.#follow({ handle, session: this.#session, bringsTurn: false, waited })
  }

  submit(whenBusy: 'reject' | 'queue' | 'interrupt'): void {
    const handle = this.#session.submit('Go on', { whenBusy }, this.#ctx)
    this.#follow({ handle, session: this.#session, bringsTurn: true, waited: [] })
  }

  fork(at: number): void {
    const fork = this.#session.fork({ at })
    this.#expect(fork.turnCount === at + 1, `a fork at ${at} has ${fork.turnCount} turns`)
    // Calls that wait, or that a resumed run would take up, are answered in one of them only.
    for (let index = 0; index <= at; index++) {
      const isOpen = openResults(this.#session.getTurn(index)).length > 0
      this.#expect(isSameTurn(fork, this.#session, index) || isOpen, `a fork has another turn ${index}`)
    }
    this.#expect(waitingCalls(fork.latest).length === 0, 'a fork has calls that wait')
    this.#goOnWith(fork)
  }

  /** Goes on with the session as the store has it, if it is as this one is. */
  async reopen(): Promise<void> {
    const last = this.started.findLast(({ session }) => session === this.#session)
    let opened: Session
    try {
      opened = await Session.open(this.#store, this.#session.id, this.#options)
    } catch (error) {
      const isWritten = this.started.some(
        ({ session, result }) =>
          session.id === this.#session.id && result !== undefined && result.status !== 'cancelled',
      )
      this.#expect(!isWritten, `a session that was written cannot be opened: ${error}`)
      return
    }
    const isWhole = !this.#isAhead && last?.result?.status !== 'cancelled' && last !== undefined
    if (isWhole) this.#expect(opened.turnCount === this.#session.turnCount, 'the store has not all turns')
    for (let index = 0; index < opened.turnCount; index++) {
      const isLast = index === opened.turnCount - 1
      if (!isLast || isWhole)
        this.#expect(isSameTurn(opened, this.#session, index), `the store has another turn ${index}`)
    }
    if (isWhole) this.#goOnWith(opened)
  }

  /** Ends everything, talks once more, and looks whether nothing is left. */
  async end(): Promise<void> {
    for (const { handle } of this.started) void handle.cancel()
    await this.clock.advance(60_000)
    this.check()
    this.#script = () => [{ text: 'Bye.' }]
    this.submit('reject')
    await this.clock.advance(60_000)
    this.check()
    for (const { handle, result } of this.started)
      this.#expect(result !== undefined, `${handle.runId} is ${handle.state} after a minute`)
    this.#expect(this.started.at(-1)?.result?.status === 'completed', 'the last run is not completed')
    await this.reopen()
    try {
      this.#sink.assertComplete()
    } catch (error) {
      this.faults.push(String(error))
    }
    const listeners = getEventListeners(this.#controller.signal, 'abort').length
    this.#expect(this.clock.scheduled === 0 && listeners === 0, 'a timer or a listener is left')
    for (const [callId, times] of this.#executions) this.#expect(times === 1, `call ${callId} was run ${times} times`)
  }

  /** What is true at any moment. */
  check(): void {
    const { turnCount, isRunning, latest } = this.#session
    const own = this.started.filter(({ session }) => session === this.#session)
    const running = own.filter(({ handle }) => handle.state === 'running')
    this.#expect(!isRunning || running.length >= 1, 'it runs, and no handle does')
    const brought = own.filter((started) => started.bringsTurn && this.#hasBegun(started)).length
    const expected = this.#given + brought
    this.#expect(turnCount === expected, `there are ${turnCount} turns, and ${expected} were given`)
    const ids = new Set<string>()
    for (let index = 0; index < turnCount; index++) {
      const turn = this.#session.getTurn(index)
      ids.add(turn.id)
      for (const { message } of validateTurn(turn, { open: index === turnCount - 1 && isRunning }))
        this.faults.push(`turn ${index}: ${message}`)
      if (index === turnCount - 1) continue
      this.#past[index] ??= JSON.stringify(turn)
      this.#expect(this.#past[index] === JSON.stringify(turn), `turn ${index} is past, and was changed`)
    }
    this.#expect(ids.size === turnCount, 'two turns have the same id')
    this.#expect(
      latest?.id === (turnCount === 0 ? undefined : this.#session.getTurn(turnCount - 1).id),
      'another latest',
    )
  }

  #hasBegun({ handle }: Started): boolean {
    if (handle.state !== 'settled') return handle.state === 'running'
    return this.#sink.events.some(({ correlation }) => correlation.runId === handle.runId)
  }

  #goOnWith(session: Session): void {
    this.#session = session
    this.#past = []
    this.#given = session.turnCount
    this.#isAhead = false
  }

  #follow(started: Started): void {
    this.started.push(started)
    this.#isAhead = false
    void started.handle.wait().then((result) => {
      started.result = result
      this.#judge(started, result)
    })
  }

  #judge(started: Started, result: RunResult): void {
    const { runId } = result
    for (const { message } of validateTurn(result.turn)) this.faults.push(`${runId}: ${message}`)
    // What was withdrawn before it began left no trace.
    if (started.kept === undefined) return this.#expect(result.status === 'cancelled', `${runId} ended without a word`)
    this.#expect(isSameJson(result.turn, started.kept), `the turn of ${runId} is not the one in the history`)
    const pending = waitingCalls(result.turn)
    const isRight =
      result.status === 'waiting'
        ? result.pending.length > 0 && pending.join() === result.pending.map(({ callId }) => callId).join()
        : // What was stopped leaves no more waiting than there was.
          pending.every((callId) => result.status !== 'completed' && started.waited.includes(callId))
    this.#expect(isRight, `${runId} is ${result.status}, and ${pending.length} calls wait`)
    for (const [segmentId, seen] of this.#seen)
      if (seen.runId === runId)
        this.#expect(
          textOfBlock(result.turn, segmentId) === seen.text,
          `${runId} lost text that was seen: ${seen.text}`,
        )
  }

  #take(event: Event): void {
    void this.#sink.publish(event)
    const { runId, segmentId, turnId } = event.correlation
    if (event.type === 'text-delta' && segmentId !== undefined) {
      const seen = this.#seen.get(segmentId)
      this.#seen.set(segmentId, { runId, text: (seen?.text ?? '') + event.delta })
    }
    const status = terminals[event.type]
    if (status === undefined) return
    const started = this.started.find(({ handle }) => handle.runId === runId)
    if (started === undefined) return
    const { session } = started
    this.#expect(session.active?.runId !== runId, `${runId} said its last word before the session was free`)
    const index = [...Array(session.turnCount).keys()].findLast((at) => session.getTurn(at).id === turnId)
    started.kept = index === undefined ? undefined : session.getTurn(index)
    void started.handle
      .wait()
      .then((result) =>
        this.#expect(result.status === status, `${runId} is ${result.status}, and its last event said ${status}`),
      )
  }

  #tools() {
    const input = z.object({})
    const execute = (_: unknown, ctx: Context): string => {
      const callId = toolCallIdFrom(ctx) ?? 'nobody'
      this.#executions.set(callId, (this.#executions.get(callId) ?? 0) + 1)
      return 'done'
    }
    const slow = async (args: unknown, ctx: Context): Promise<string> => {
      execute(args, ctx)
      await sleep(ctx, 50)
      return 'done'
    }
    const deaf = (args: unknown, ctx: Context): Promise<string> => {
      execute(args, ctx)
      return new Promise(() => {})
    }
    return [
      defineTool({ name: 'quick', description: 'Is quick.', input, execute }),
      defineTool({ name: 'slow', description: 'Takes its time.', input, execute: slow }),
      defineTool({ name: 'deaf', description: 'Never answers.', input, timeoutMs: 500, execute: deaf }),
      defineTool({ name: 'elsewhere', description: 'Runs elsewhere.', input }),
    ]
  }

  #expect(isSo: boolean, what: string): void {
    if (!isSo) this.faults.push(what)
  }
}

/** The store, with records that go through JSON text, as on their way to a disk. */
function throughText(store: SessionStore): SessionStore {
  const written = (record: StoredRecord): StoredRecord => JSON.parse(JSON.stringify(record))
  return {
    ...store,
    commit: (lease, head, commit) => store.commit(lease, head, { ...commit, records: commit.records.map(written) }),
  }
}

/** The order of fields is a store's own affair. */
function isSameTurn(one: Session, other: Session, index: number): boolean {
  return isSameJson(one.getTurn(index), other.getTurn(index))
}

export function waitingCalls(turn: Turn | undefined): readonly string[] {
  return turn === undefined ? [] : pendingCalls(turn).map(({ callId }) => callId)
}

const openOutcomes: readonly string[] = ['pending', 'cancelled', 'not-run', 'unknown']

/** The calls that are, or may be, still to run. */
function openResults({ blocks }: Turn): readonly string[] {
  return blocks.flatMap((block) =>
    block.kind === 'tool-result' && openOutcomes.includes(block.outcome) ? [block.callId] : [],
  )
}

function textOfBlock(turn: Turn, id: string): string | undefined {
  const block = turn.blocks.find((candidate) => candidate.id === id)
  return block?.kind === 'assistant' ? block.text : undefined
}

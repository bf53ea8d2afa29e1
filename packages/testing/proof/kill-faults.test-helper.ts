import { appendFileSync } from 'node:fs'
import type { ManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import {
  compareCursors,
  createGrammarChecker,
  type Event,
  type EventCursor,
  foldEvents,
  isDelta,
  isEvent,
  isTerminal,
} from '@geppetto/events'
import { Session, type SessionStore } from '@geppetto/session'
import type { SqliteStore } from '@geppetto/store-sqlite'
import { type Block, defined, isSameJson, pendingCalls, toErrorData, validateTurn } from '@geppetto/turns'
import { createSequentialIds } from '../src/index.ts'
import type { Remains } from './kill-lab.test-helper.ts'
import {
  canBeResumed,
  goOn,
  type KillWorld,
  live,
  prompts,
  promptsOf,
  reopen,
  toolEffects,
} from './kill-program.test-helper.ts'
import { brokenWrites, timeWithAnswers } from './kill-writes.test-helper.ts'
import { createEngine } from './providers/engines.ts'
import { recordedFetch } from './providers/recorded-fetch.ts'

/** Where what is left is looked at. */
export interface Morgue {
  readonly clock: ManualClock
  readonly open: () => SqliteStore
  readonly folder: string
}

/** So long, and so much, may a run have said that is lost with its process. */
const journalMs = 250
const journalChars = 2_048

/** What of the promises was not kept: empty where all is well. */
export async function findFaults(remains: Remains, morgue: Morgue): Promise<readonly string[]> {
  const faults: string[] = []
  try {
    await examine(remains, morgue, (isKept, what) => {
      if (!isKept) faults.push(what)
    })
  } catch (error) {
    faults.push(`it threw: ${toErrorData(error).message}`)
  }
  return faults
}

type Check = (isKept: boolean, what: string) => void

async function examine(remains: Remains, { clock, open, folder }: Morgue, check: Check): Promise<void> {
  const store = open()
  const { sessionId } = remains
  for (const broken of await brokenWrites(remains.writes, store, sessionId)) check(false, `P5: ${broken}`)
  const startMs = clock.now()
  const world: KillWorld = {
    ...{ clock, store, sessionId, reach: () => {}, saw: () => {} },
    effect: (callId, tool) => appendFileSync(`${folder}/effects`, `${JSON.stringify({ callId, tool })}\n`),
  }
  const session = await reopen(world)
  if (session === undefined) check(remains.seen.length === 0, 'P5: a sink was told of a run that is not in the store')
  else {
    check(clock.now() === startMs, 'P3: the session was not free at once')
    check(!session.isRunning && (await session.findActive()) === undefined, 'P2: the session is not free')
    await checkTurns(session, check)
    await checkStoredRuns(store, session, check)
    await checkSeen(remains, session, store, check)
    await goOn(world, session)
    checkEffects(remains, check)
    check(session.latest !== undefined && !canBeResumed(session), 'the run was not resumed to its end')
  }
  store.close()
  const again = { ...world, store: open() }
  const last = await live(again)
  check(isSameJson(promptsOf(last), prompts), `the prompts are ${promptsOf(last).join(', ')}`)
  await checkTurns(last, check)
  await checkStoredRuns(again.store, last, check)
  checkEffects(remains, check)
  const opened = await reopen(again)
  check(opened?.turnCount === last.turnCount, 'P12: another number of turns is opened')
  for (let index = 0; index < last.turnCount; index++)
    check(isSameJson(opened?.getTurn(index), last.getTurn(index)), `P12: another turn ${index} is opened`)
  again.store.close()
}

const hosts = [
  ['openai-chat', 'openai', 'gpt-5'],
  ['openai-responses', 'openai', 'gpt-5'],
  ['anthropic-messages', 'anthropic', 'claude-sonnet-4-5'],
] as const

async function checkTurns(session: Session, check: Check): Promise<void> {
  for (let index = 0; index < session.turnCount; index++) {
    const turn = session.getTurn(index)
    for (const problem of validateTurn(turn)) check(false, `P1: turn ${index}: ${JSON.stringify(problem)}`)
    check(pendingCalls(turn).length === 0, `P1: turn ${index} waits`)
  }
  const { latest } = session
  for (const [api, provider, model] of latest === undefined ? [] : hosts) {
    const base = createEngine(api, 'fetch', { provider, model, fetch: recordedFetch([]) })
    const other = new Session({ builder: createEngineBuilder({ base }), ids: createSequentialIds() })
    if (latest !== undefined) other.append(latest)
    other.appendNewTurnFromUserPrompt('Go on.')
    const { body } = await other.prepare()
    check(body.includes('Go on.'), `P1: ${api} cannot prepare it`)
  }
}

async function checkStoredRuns(store: SessionStore, session: Session, check: Check): Promise<void> {
  const events = await everything(store, session)
  const runs = Map.groupBy(events, ({ correlation }) => correlation.runId ?? '')
  const order = events.map(({ correlation }) => correlation.runId).filter((id, index, all) => id !== all[index - 1])
  check(order.length === runs.size, 'P3: runs overlap')
  for await (const { type, runId } of store.read(session.id))
    if (type === 'run-started') check(runs.has(String(runId)), `P2: ${String(runId)} has no events`)
  for (const [runId, said] of runs) {
    const checker = createGrammarChecker('run')
    const problems = [...withDeltas(said).map((event) => checker.accept(event)), checker.end()]
    for (const problem of problems) if (problem !== undefined) check(false, `P2: ${runId}: ${problem.message}`)
    check(said.filter(isTerminal).length === 1, `P2: ${runId} has ${said.filter(isTerminal).length} last events`)
  }
  for (const [turnId = '', said] of Map.groupBy(events, ({ correlation }) => correlation.turnId))
    checkBlocks(session, turnId, said, check)
}

/** Who folds what was said of a turn has what the turn says, in its order. */
function checkBlocks(session: Session, turnId: string, said: readonly Event[], check: Check): void {
  const told = foldEvents(said).blocks
  const runs = new Set(said.map(({ correlation }) => correlation.runId))
  const kept = session.findTurn(turnId).blocks.filter((block) => runs.has(block.runId))
  for (let index = 0; index < Math.max(told.length, kept.length); index++) {
    const [one, other] = [factsOf(told[index]), factsOf(kept[index])]
    check(isSameJson(one, other), `P5: a reader has ${shown(one)}, and the turn ${shown(other)}`)
  }
}

/** What a sink was told by the process that is gone, against what is kept of it. */
async function checkSeen(
  { seen, end, writes }: Remains,
  session: Session,
  store: SessionStore,
  check: Check,
): Promise<void> {
  const last = seen.at(-1)
  const from = last === undefined ? undefined : placeOf(last)
  const isNew = (event: Event) => from === undefined || compareCursors(placeOf(event), from) > 0
  const stored = await everything(store, session)
  const news = stored.filter(isNew)
  const attached = await attach(session, from, news.at(-1))
  // What it may have wrong is told again in front of them.
  check(
    isSameJson(attached.filter(isNew).map(placeOf), news.map(placeOf)),
    'P5: a reader that attaches gets other events',
  )
  const { runId, turnId } = last?.correlation ?? {}
  if (runId === undefined || turnId === undefined) return
  const isOfRun = (event: Event) => event.correlation.runId === runId
  const rollBack = news.find((event) => isOfRun(event) && event.type === 'run-rolled-back')
  const lost = rollBack?.type === 'run-rolled-back' ? seen.filter(({ seq }) => seq >= rollBack.fromSeq) : []
  const answered = timeWithAnswers(writes, end.time)
  for (const { type, seq, time } of lost) {
    const waited = answered(time)
    check(waited <= journalMs, `P5: ${type} ${seq} is lost, and had waited for ${waited} ms`)
  }
  const waiting = lost.filter(isDelta).filter(({ time }, index, all) => index === all.length - 1 || answered(time) > 0)
  const chars = waiting.map(({ delta }) => delta.length)
  const before = chars.slice(0, -1).reduce((sum, length) => sum + length, 0)
  check(before < journalChars, `P5: ${before} characters are lost before the last delta`)
  // Where the results stand is told by the calls, which an earlier run of the turn may have made: who follows the turn has heard of them.
  const [first] = seen
  const isEarlier = (event: Event) => first !== undefined && compareCursors(placeOf(event), placeOf(first)) < 0
  const earlier = stored.filter(isEarlier)
  const said = [...earlier, ...seen, ...attached].filter((event) => event.correlation.turnId === turnId)
  checkBlocks(session, turnId, said, check)
}

function checkEffects({ effects }: Remains, check: Check): void {
  for (const [callId, same] of Map.groupBy(effects(), (effect) => effect.callId)) {
    const { tool = '' } = same[0] ?? {}
    check(
      same.length === 1 || toolEffects[tool] !== 'side-effecting',
      `P7: ${tool} ran ${same.length} times for ${callId}`,
    )
  }
}

async function attach(
  session: Session,
  from: EventCursor | undefined,
  last: Event | undefined,
): Promise<readonly Event[]> {
  const events: Event[] = []
  if (last === undefined) return events
  for await (const event of session.attach(defined({ from }))) {
    events.push(event)
    if (compareCursors(placeOf(event), placeOf(last)) === 0) break
  }
  return events
}

/** All that the store has, as who attaches gets it: in the store itself images are references, of which no block can be made. */
async function everything(store: SessionStore, session: Session): Promise<readonly Event[]> {
  let last: Event | undefined
  for await (const { event } of store.readEvents(session.id)) if (isEvent(event)) last = event
  return attach(session, undefined, last)
}

/** The deltas of what is finished are not kept: it has all of it in one in their place. */
function withDeltas(events: readonly Event[]): readonly Event[] {
  const begun = new Set<string | undefined>()
  return events.flatMap((event): readonly Event[] => {
    const { segmentId } = event.correlation
    if (isDelta(event)) begun.add(segmentId)
    if ((event.type !== 'text-finished' && event.type !== 'reasoning-finished') || begun.has(segmentId)) return [event]
    const type = event.type === 'text-finished' ? 'text-delta' : 'reasoning-delta'
    const { text: delta, seq, ...rest } = event
    return [{ v: 1, time: rest.time, correlation: rest.correlation, type, delta, seq: seq - 0.5 }, event]
  })
}

function placeOf({ epoch = 0, seq }: Event): EventCursor {
  return { epoch, seq }
}

function shown(facts: unknown): string {
  return (JSON.stringify(facts) ?? 'nothing').slice(0, 300)
}

/** What a reader must know of a block. */
function factsOf(block: Block | undefined) {
  if (block === undefined) return undefined
  const { createdAt: _, native: __, ...facts } = block
  // It is told of as a segment of its own, and takes the place of what stood there in case of a crash: what counts is the call.
  return block.kind === 'tool-result' ? { ...facts, id: undefined } : facts
}

import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { type Engine, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createGrammarChecker, type Event, type EventCursor, isEvent, isTerminal } from '@geppetto/events'
import { createMemoryStore, type EngineBuilder, Session, type SessionOptions } from '@geppetto/session'
import type { Tool } from '@geppetto/tools'
import type { Turn } from '@geppetto/turns'
import { expect } from 'vitest'

/** What an engine does in one of its calls. */
export type Act = (call: ReturnType<typeof startProviderCall>, turn: Turn) => void | Promise<void>

/** An engine whose calls do what they are told, one after the other. */
export function engineOf(...acts: readonly Act[]): Engine {
  let calls = 0
  const info = { api: 'acting', host: 'embedded', model: 'm' }
  return {
    info,
    async runInference(ctx, turn) {
      const call = startProviderCall(ctx, turn, info)
      await acts[calls++]?.(call, turn)
      call.stop('end_turn')
      return call.finish()
    },
  }
}

/** For what does not come to an end. */
export const never = (): Promise<never> => new Promise(() => {})

/** Says something, and is done. */
export const answer: Act = (call) => {
  const text = call.text()
  text.append('All done.')
  text.finish()
}

/** Says half of something, and hangs. */
const halfAnswer: Act = (call) => {
  call.text().append('Half an answer')
  return never()
}

/** Calls tools. */
export const callOf =
  (...names: readonly string[]): Act =>
  (call) => {
    for (const name of names) {
      const writer = call.toolCall(name)
      writer.append('{}')
      writer.finish()
    }
  }

/** A store, processes that die, and those that come after them. */
export function createCrashLab(tools: readonly Tool[] = []) {
  const storeClock = createManualClock()
  const store = createMemoryStore({ clock: storeClock })
  const builderOf = (engine: Engine): EngineBuilder => createEngineBuilder({ base: engine, tools, retry: false })
  const optionsOf = (...acts: readonly Act[]): Omit<SessionOptions, 'store' | 'id'> => ({
    builder: builderOf(engineOf(...acts)),
    clock: storeClock,
  })
  /** A process that stands still from when its clock does. */
  const start = async (...acts: readonly Act[]) => {
    const clock = createManualClock()
    const session = new Session({ id: 's', builder: builderOf(engineOf(...acts)), store, clock })
    const seen: Event[] = []
    const handle = session.submit('Go on')
    void (async () => {
      for await (const event of handle.events()) seen.push(event)
    })()
    await settlePromises()
    return { session, clock, seen, handle }
  }
  /** One that dies when it has said half an answer, which is written; its lease has run out. */
  const loseHalfAnswer = async () => {
    const lost = await start(halfAnswer)
    await lost.clock.advance(250)
    await storeClock.advance(20_000)
  }
  const open = async (...acts: readonly Act[]) => {
    await storeClock.advance(20_000)
    return Session.open(store, 's', optionsOf(...acts))
  }
  const stored = async () => {
    const events: Event[] = []
    for await (const { event } of store.readEvents('s')) if (isEvent(event)) events.push(event)
    return events
  }
  return { store, storeClock, optionsOf, start, loseHalfAnswer, open, stored }
}

/** What follows `from` in the session, to the end of a run. */
export async function readToEnd(session: Session, from?: EventCursor): Promise<readonly Event[]> {
  const events: Event[] = []
  for await (const event of session.attach(from && { from })) {
    events.push(event)
    if (isTerminal(event)) break
  }
  return events
}

/** A run as the grammar of events wants it. */
export function expectSound(events: readonly Event[]): void {
  const checker = createGrammarChecker('run')
  expect(events.map((event) => checker.accept(event)).filter((problem) => problem !== undefined)).toEqual([])
  expect(checker.end()).toBeUndefined()
}

/** What stands in a turn, in short. */
export const told = (turn: Turn | undefined): readonly string[] | undefined =>
  turn?.blocks.map((block) => {
    if (block.kind === 'assistant') return `${block.complete === false ? 'cut ' : ''}${block.text}`
    return block.kind === 'tool-result' ? `${block.name} ${block.outcome}` : block.kind
  })

import { sleep } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type Event, type EventSink, isTerminal, publish, withEventSinks } from '@geppetto/events'
import { type ExecutionHandle, type RunResult, Session } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine, type ScriptedCall } from '../src/scripted-engine.ts'
import {
  createLab,
  expectClean,
  expectOneEndEach,
  expectQuiet,
  type Lab,
  textsIn,
  until,
  workTool,
} from './run-lab.test-helper.ts'

/** A session that a tool or a sink of another one starts, with a sink of its own. */
function createInner(script: ScriptedCall, clock: Lab['clock']) {
  const own = createGrammarSink()
  const base = createScriptedEngine(() => script)
  const session = new Session({ builder: createEngineBuilder({ base, eventSinks: [own] }), id: 'inner', clock })
  return { own, session }
}

/** An outer run whose tool starts an inner one and returns without waiting for it. */
function createNest(outerEnd: ScriptedCall = [{ text: 'done' }]) {
  const slowly: ScriptedCall = [{ text: 'inside' }, { delayMs: 5_000 }, { text: 'much later' }]
  const outerCall: ScriptedCall = [{ text: 'so far' }, { toolCall: 'work', input: {} }]
  const start: { handle?: ExecutionHandle } = {}
  const lab: Lab = createLab({
    script: (_, call) => (call === 1 ? outerCall : outerEnd),
    parts: {
      tools: [
        workTool(async (ctx) => {
          start.handle = inner.session.submit('Help', {}, ctx)
          await settlePromises()
          return 'started'
        }),
      ],
    },
  })
  const inner = createInner(slowly, lab.clock)
  return { lab, inner, start }
}

const ofInner = (events: readonly Event[]) => events.filter(({ correlation }) => correlation.sessionId === 'inner')

describe('a run inside a tool that outlives the call', () => {
  it('goes on by itself, and the sinks around it hear of it no longer than the call lasts', async () => {
    const { lab, inner, start } = createNest()
    const { clock, sink } = lab
    const handle = lab.submit()
    await clock.advance(10)
    const outer = await handle.wait()
    expect([outer.status, outer.warnings, start.handle?.isRunning]).toEqual(['completed', [], true])
    const heard = ofInner(sink.events).map(({ type }) => type)
    expect(heard).toContain('text-delta')
    expect(heard.some((type) => type === 'run-finished')).toBe(false)
    const count = sink.events.length
    await clock.advance(60_000)
    const result = await start.handle?.wait()
    expect([result?.status, result && textsIn(result.turn)]).toEqual(['completed', ['inside', 'much later']])
    inner.own.assertComplete()
    expect(inner.own.events.at(-1)?.type).toBe('run-finished')
    expect(sink.events).toHaveLength(count)
    expect(clock.scheduled).toBe(0)
  })

  it('is not heard by them while the run around it goes on, either', async () => {
    const { lab, inner, start } = createNest([{ delayMs: 20_000 }, { text: 'done' }])
    const { clock, sink } = lab
    const handle = lab.submit()
    await clock.advance(10)
    const heard = ofInner(sink.events).length
    await clock.advance(10_000)
    expect([start.handle?.isRunning, handle.isRunning]).toEqual([false, true])
    expect(inner.own.events.at(-1)?.type).toBe('run-finished')
    const result = await until(clock, handle.wait())
    expect([result.status, ofInner(sink.events).length]).toEqual(['completed', heard])
    expect(clock.scheduled).toBe(0)
  })

  it('does not stop the run around it from being cancelled at once, and can be cancelled by itself', async () => {
    const { lab, inner, start } = createNest([{ text: 'waiting' }, { hang: true }])
    const { clock } = lab
    const handle = lab.submit()
    await clock.advance(10)
    const since = clock.now()
    const outer = await until(clock, handle.cancel())
    expect([outer.status, outer.warnings, clock.now() - since]).toEqual(['cancelled', [], 0])
    const result = await start.handle?.cancel()
    expect([result?.status, result && textsIn(result.turn)]).toEqual(['cancelled', ['inside']])
    inner.own.assertComplete()
    expect(clock.scheduled).toBe(0)
  })

  it('in a tool that is abandoned ends with it, and is heard no more', async () => {
    const lab: Lab = createLab({
      parts: {
        tools: [
          workTool(async (ctx) => {
            await inner.session.submit('Help', {}, ctx).wait()
            return new Promise(() => {})
          }),
        ],
      },
    })
    const inner = createInner([{ text: 'inside' }, { hang: 'deaf' }], lab.clock)
    const handle = lab.submit()
    await lab.clock.advance(10)
    const result = await until(lab.clock, handle.cancel())
    expect(result.warnings.map(({ code }) => code)).toEqual(['abandoned'])
    const count = lab.sink.events.length
    await lab.clock.advance(60_000)
    expect(lab.sink.events).toHaveLength(count)
    expect([inner.session.isRunning, inner.own.events.at(-1)?.type]).toEqual([false, 'run-cancelled'])
    inner.own.assertComplete()
    expect(lab.clock.scheduled).toBe(0)
  })
})

describe('a sink that works on other sessions', () => {
  it('starts a run there at each event, and cancels the one before: each keeps to itself', async () => {
    const results: Promise<RunResult>[] = []
    const starting: EventSink = {
      publish() {
        void other.session.cancelActive('superseded')
        results.push(other.session.submit('Help', { whenBusy: 'interrupt' }).wait())
      },
    }
    const lab: Lab = createLab({ sinks: [starting] })
    const other = createInner([{ text: 'inside' }, { delayMs: 10 }], lab.clock)
    const result = await until(lab.clock, lab.submit().wait())
    expect(result.status).toBe('completed')
    const others = await until(lab.clock, Promise.all(results))
    expect(others.map(({ status }) => status).slice(0, -1)).toEqual(others.slice(1).map(() => 'cancelled'))
    expect(others.at(-1)?.status).toBe('completed')
    expectOneEndEach(other.own.events)
    expect(ofInner(lab.sink.events)).toEqual([])
    other.own.assertComplete()
    expectQuiet(lab)
  })

  it('is the sink of those runs too: it gets each run’s events whole', async () => {
    const handles: ExecutionHandle[] = []
    const starting: EventSink = {
      publish(event) {
        if (event.type === 'text-delta' && event.correlation.sessionId === 's')
          handles.push(other.session.submit('Help', {}, withEventSinks(lab.ctx, starting)))
        if (event.type === 'text-delta' && event.correlation.sessionId === 'inner') void handles[0]?.cancel()
      },
    }
    const lab: Lab = createLab({ script: () => [{ text: 'so far' }], sinks: [starting] })
    const other = createInner([{ text: 'inside' }, { hang: true }], lab.clock)
    const result = await until(lab.clock, lab.submit().wait())
    expect(result.status).toBe('completed')
    expect((await until(lab.clock, Promise.all(handles.map((handle) => handle.wait()))))[0]?.status).toBe('cancelled')
    lab.sink.assertComplete()
    expect(lab.sink.events.filter(isTerminal)).toHaveLength(2)
    expect(lab.clock.scheduled).toBe(0)
  })
})

/** Tries to change everything that an event holds. */
function spoil(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const [name, field] of Object.entries(value)) {
    spoil(field, seen)
    Reflect.set(value, name, 'spoiled')
    Reflect.deleteProperty(value, name)
  }
  Reflect.set(value, 'added', 'spoiled')
  if (Array.isArray(value)) Reflect.set(value, value.length, 'spoiled')
}

describe('a sink that changes what it gets', () => {
  it.each(['block', 'coalesce', 'drop'] as const)(
    'and lets others wait by %s, changes it for nobody',
    async (policy) => {
      const spoiling: EventSink = { publish: (event) => spoil(event), delivery: { policy } }
      const late: EventSink = {
        publish: (event) => {
          spoil(event)
          return sleep(lab.ctx, 1)
        },
        delivery: { policy },
      }
      // Frozen on its surface alone: its parts are not.
      const makeData = () => Object.freeze({ list: [{ n: 1 }] })
      const work = workTool((ctx) => publish(ctx, { type: 'custom', name: 'acme.noted', data: makeData() }))
      const script = (_: unknown, call: number): ScriptedCall =>
        call === 1
          ? [{ text: ['so ', 'far'] }, { toolCall: 'work', input: {} }]
          : [{ reasoning: 'hm' }, { text: 'done' }]
      const plain = createLab({ script, parts: { tools: [work] } })
      const expected = await until(plain.clock, plain.submit().wait())
      const lab: Lab = createLab({ script, parts: { tools: [work], eventSinks: [late] }, sinks: [spoiling] })
      const result = await until(lab.clock, lab.submit().wait())
      expect(textsIn(result.turn)).toEqual(textsIn(expected.turn))
      const withoutTimes = ({ events }: Lab['sink']) =>
        JSON.parse(JSON.stringify(events, (key, value) => (/time|At$|Ms$/i.test(key) ? 0 : value)))
      expect(withoutTimes(lab.sink)).toEqual(withoutTimes(plain.sink))
      const replayed: Event[] = []
      for await (const event of lab.session.active?.events() ?? []) replayed.push(event)
      await expectClean(lab, result)
    },
  )
})

import type { Clock } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { defineMiddleware } from '@geppetto/engine'
import { type Event, foldEvents, textPrinter } from '@geppetto/events'
import { fallback, type RetryOptions, retry } from '@geppetto/middleware'
import { type Block, providerCalls, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createScriptedEngine, type Script, type ScriptAction } from '../src/scripted-engine.ts'
import { createLab, expectClean, type Lab, textsIn, until } from './run-lab.test-helper.ts'

const usage: ScriptAction = {
  usage: { input: { uncached: 10 }, output: { text: 1 }, source: 'reported' },
}
const overloaded: ScriptAction = { fail: 'overloaded' }
const restart: RetryOptions = { afterVisible: 'restart', backoffMs: 10 }

const outcomes = (turn: Turn) => providerCalls(turn).map(({ outcome }) => outcome)
const typesOf = ({ sink }: Lab) => sink.events.map(({ type }) => type)

async function readAll(events: AsyncIterable<Event>): Promise<readonly Event[]> {
  const read: Event[] = []
  for await (const event of events) read.push(event)
  return read
}

describe("the builder's retry", () => {
  const script: Script = [
    [usage, overloaded],
    [{ text: 'Here.' }, usage],
  ]

  it('makes a failed call again by itself, and waits on the clock of the session', async () => {
    const lab = createLab({ script })
    const handle = lab.submit()
    await lab.clock.advance(0)
    const told = lab.sink.events.find((event) => event.type === 'provider-call-retried')
    expect([handle.isRunning, lab.clock.scheduled, lab.engine.received.length]).toEqual([true, 1, 1])
    await lab.clock.advance(told?.type === 'provider-call-retried' ? told.delayMs : 0)
    const result = await handle.wait()
    expect([result.status, textsIn(result.turn), outcomes(result.turn)]).toEqual([
      'completed',
      ['Here.'],
      ['failed', 'completed'],
    ])
    // P10: what the failed attempt used was used.
    expect(result.usage).toEqual({ input: { uncached: 20 }, output: { text: 2 }, source: 'reported' })
    await expectClean(lab, result)
  })

  it('is not there where the options say so', async () => {
    const lab = createLab({ script, parts: { retry: false } })
    const result = await lab.submit().wait()
    expect([result.status, typesOf(lab).includes('provider-call-retried')]).toEqual(['failed', false])
  })

  it('does as the options say', async () => {
    const lab = createLab({ script: [[overloaded], [overloaded]], parts: { retry: { attempts: 2 } } })
    const result = await until(lab.clock, lab.submit().wait())
    expect([result.status, lab.engine.received.length]).toEqual(['failed', 2])
  })

  it('is not put beside one that is there: that would multiply', async () => {
    const lab = createLab({ script: () => [overloaded], parts: { middlewares: [retry({ attempts: 2 })] } })
    const result = await until(lab.clock, lab.submit().wait())
    expect([result.status, lab.engine.received.length]).toEqual(['failed', 2])
    const named = defineMiddleware('retry', (next) => next)
    const other = createLab({ script: () => [overloaded], parts: { middlewares: [named] } })
    await until(other.clock, other.submit().wait())
    expect(other.engine.received).toHaveLength(3)
  })
})

describe('an attempt that failed after tools of an earlier step', () => {
  const script: Script = [
    [usage, { text: 'I look.' }, { toolCall: 'work', input: {} }],
    [usage, { text: 'It sa' }, { toolCall: 'work', input: { half: true } }, overloaded],
    [usage, { text: 'It says so.' }],
  ]

  it('is taken back alone: the step is committed, its tools ran once, and nobody runs the call that was taken back', async () => {
    const lab = createLab({ script, parts: { retry: restart }, store: () => ({}) })
    const result = await until(lab.clock, lab.submit().wait())
    expect([result.status, textsIn(result.turn)]).toEqual(['completed', ['I look.', 'It says so.']])
    expect(outcomes(result.turn)).toEqual(['completed', 'failed', 'completed'])
    expect(result.usage).toEqual({ input: { uncached: 30 }, output: { text: 3 }, source: 'reported' })
    const types = typesOf(lab)
    expect(types.filter((type) => type === 'tool-execution-started')).toHaveLength(1)
    const back = lab.sink.events.find((event) => event.type === 'run-rolled-back')
    const committed = lab.sink.events.find((event) => event.type === 'step-committed')
    const second = lab.sink.events.filter((event) => event.type === 'provider-call-started')[1]
    expect(back?.type === 'run-rolled-back' && back.fromSeq).toBe(second?.seq)
    expect(Number(second?.seq)).toBeGreaterThan(Number(committed?.seq))
    await expectClean(lab, result)
  })

  it('gets the very turn again that the first attempt got', async () => {
    const lab = createLab({ script, parts: { retry: restart } })
    await until(lab.clock, lab.submit().wait())
    expect(lab.engine.received[2]).toBe(lab.engine.received[1])
  })

  it('ends the run where it may not begin anew, with all that was said', async () => {
    const lab = createLab({ script })
    const result = await until(lab.clock, lab.submit().wait())
    expect([result.status, textsIn(result.turn)]).toEqual(['failed', ['I look.', 'It sa']])
    await expectClean(lab, result)
  })
})

describe('what was taken back is seen the same by', () => {
  const attempts: Script = [
    [{ reasoning: 'Hm.' }, { text: ['On', 'ce'] }, { toolCall: 'work', input: {} }, overloaded],
    [{ text: ['Tw', 'ice'] }, overloaded],
    [{ reasoning: 'Ah.' }, { text: ['Three', ' times.'] }],
  ]
  const said = (blocks: readonly Block[]) =>
    blocks.map((block) => `${block.kind} ${'text' in block ? block.text : ''}`.trim())
  const wanted = ['reasoning Ah.', 'assistant Three times.']

  async function runIt() {
    const printed: string[] = []
    const lab = createLab({
      script: attempts,
      parts: { retry: restart },
      store: () => ({}),
      sinks: [textPrinter({ write: (text: string) => void printed.push(text) })],
    })
    const handle = lab.submit()
    const live = readAll(handle.events())
    const result = await until(lab.clock, handle.wait())
    return { lab, handle, live: await live, result, printed: printed.join('') }
  }

  it('the settlement and the store', async () => {
    const { lab, result } = await runIt()
    expect([result.status, said(result.turn.blocks.slice(1))]).toEqual(['completed', wanted])
    await expectClean(lab, result)
  })

  it('a reader from the beginning, and one that comes when all is over', async () => {
    const { handle, live, result } = await runIt()
    const late = await readAll(handle.events())
    for (const events of [live, late]) {
      const folded = foldEvents(events)
      expect(folded.blocks).toEqual(result.turn.blocks.slice(1))
      expect(folded.providerCalls).toEqual(providerCalls(result.turn))
    }
  })

  it('whoever reads what is printed', async () => {
    const { printed } = await runIt()
    expect(printed.trim().split('\n')).toEqual([
      'Once',
      '[call work] {}',
      expect.stringMatching(/^\[trying again in \d+\.\d s\] overloaded/),
      expect.stringMatching(/^\[rolled back\] the answer above does not count: .*overloaded/),
      'Twice',
      expect.stringMatching(/^\[trying again in/),
      expect.stringMatching(/^\[rolled back\]/),
      'Three times.',
    ])
  })

  it('the settlement of a run that is cancelled in a later attempt, or crashes there without a word', async () => {
    for (const last of [{ hang: true }, { hang: 'deaf' }, { crash: new Error('a bug') }] as const) {
      const script: Script = [
        [{ text: 'Once' }, overloaded],
        [{ text: 'Twice' }, last],
      ]
      const lab = createLab({ script, parts: { retry: restart } })
      const handle = lab.submit()
      await lab.clock.advance(20)
      if ('hang' in last) void handle.cancel()
      const result = await until(lab.clock, handle.wait())
      expect([result.status, textsIn(result.turn)]).toEqual(['hang' in last ? 'cancelled' : 'failed', ['Twice']])
      expect(foldEvents(await readAll(handle.events())).blocks).toMatchObject([{ text: 'Twice' }])
      await expectClean(lab, result)
    }
  })
})

describe('a run that is cancelled while it waits for the next attempt', () => {
  it('ends at once and keeps what was said, as nothing came in its place', async () => {
    const lab = createLab({ script: [[usage, { text: 'Once' }, overloaded]], parts: { retry: restart } })
    const handle = lab.submit()
    await lab.clock.advance(1)
    const since = lab.clock.now()
    const result = await handle.cancel()
    expect([result.status, result.stop, textsIn(result.turn)]).toEqual(['cancelled', 'user', ['Once']])
    expect([lab.clock.now() - since, typesOf(lab).includes('run-rolled-back')]).toEqual([0, false])
    await expectClean(lab, result)
  })
})

describe('P3: an attempt is not made again for a session that somebody else may have by now', () => {
  it('after a wait in which the process stood still for longer than its lease holds', async () => {
    let offset = 0
    const shifted = (inner: Clock): Clock => ({ now: () => inner.now() + offset, schedule: inner.schedule })
    const lab = createLab({ script: [[overloaded]], store: () => ({}), clock: shifted })
    const handle = lab.submit()
    await lab.clock.advance(0)
    // The timer of the wait rings before the one that looks after the lease.
    offset = 60_000
    const result = await until(lab.clock, handle.wait())
    expect(lab.engine.received).toHaveLength(1)
    expect([result.status, result.stop]).toEqual(['cancelled', 'owner_lost'])
  })
})

describe('a fallback in a run', () => {
  it('says who answered, takes back what the first engine said, and counts both', async () => {
    const other = createScriptedEngine([[usage, { text: 'From B.' }]], { model: 'b' })
    const lab = createLab({
      script: () => [usage, { text: 'From' }, overloaded],
      parts: { middlewares: [fallback([other], { afterVisible: 'restart' })] },
    })
    const handle = lab.submit()
    const result = await until(lab.clock, handle.wait())
    expect([result.status, textsIn(result.turn)]).toEqual(['completed', ['From B.']])
    expect(providerCalls(result.turn).map(({ model }) => model)).toEqual(['script', 'b'])
    expect(result.usage).toEqual({ input: { uncached: 20 }, output: { text: 2 }, source: 'reported' })
    expect(foldEvents(await readAll(handle.events())).blocks).toMatchObject([{ text: 'From B.' }])
    await settlePromises()
    lab.sink.assertComplete()
  })
})

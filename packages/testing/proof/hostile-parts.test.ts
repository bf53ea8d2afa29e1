import { background, withTimeout } from '@geppetto/context'
import { isTerminal } from '@geppetto/events'
import type { RunResult } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { appendBlocks, assistantBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hangsByPlace, type Pass } from './hang-points.test-helper.ts'
import { hostileValues } from './hostile-values.test-helper.ts'
import { createLab, expectClean, type Lab, type LabOptions, outcomesIn, textsIn, until } from './run-lab.test-helper.ts'

type Place = { readonly what: string; readonly lab: (pass: Pass) => LabOptions }

const failing = defineTool({
  name: 'work',
  description: 'Works.',
  input: z.object({}),
  effects: 'none',
  execute: () => Promise.reject(new Error('not now')),
})

/** Those that must answer at once. */
const prompt: readonly Place[] = [
  {
    what: 'a mask',
    lab: (pass) => {
      const maskInput = () => {
        void pass()
        return {}
      }
      return { parts: { toolExecutor: createToolExecutor({ hooks: { maskInput } }) } }
    },
  },
  {
    what: 'the question whether to try again',
    lab: (pass) => {
      const shouldRetry = () => {
        void pass()
        return true
      }
      const toolExecutor = createToolExecutor({ hooks: { shouldRetry } })
      return { parts: { tools: [failing], toolConfig: { errorHandling: 'retry' }, toolExecutor } }
    },
  },
]
/** A renewal that fails is tried again: nothing ends then. */
const patient: readonly Place[] = hangsByPlace
  .flatMap((place): readonly Place[] => place.hangs)
  .filter(({ what }) => what !== 'the renewal of the lease')
  .concat({
    what: 'an engine of somebody else',
    lab: (pass) => ({
      parts: {
        base: {
          info: { api: 'a', host: 'h', model: 'm' },
          runInference: (_, turn) => pass().then(() => appendBlocks(turn, assistantBlock('done'))),
        },
      },
    }),
  })

/** Runs a lab in which one part throws, the first time that it is asked. */
async function runThrowing(place: Place, isAsync: boolean, value: unknown) {
  let isDone = false
  const lab = createLab(
    place.lab(() => {
      if (isDone) return Promise.resolve()
      isDone = true
      if (isAsync) return Promise.reject(value)
      throw value
    }),
  )
  const result = await until(lab.clock, lab.submit().wait())
  expect(isDone).toBe(true)
  return { lab, result }
}

/** What of a result does not depend on what was thrown, but on where. */
function formOf({ lab, result }: { readonly lab: Lab; readonly result: RunResult }): unknown {
  const { status, stop, turn, warnings } = result
  const types = lab.sink.events.map(({ type }) => type)
  return [status, stop, textsIn(turn), outcomesIn(turn), warnings.map(({ code }) => code), types]
}

async function expectSameAsOfAnError(place: Place, isAsync: boolean): Promise<void> {
  const usual = new Error('usual')
  const expected = await runThrowing(place, isAsync, usual)
  const isPassedOn = expected.result.status === 'failed' && expected.result.error === usual
  for (const { value: name, make } of hostileValues) {
    const value = make()
    const thrown = await runThrowing(place, isAsync, value)
    expect([name, formOf(thrown)]).toEqual([name, formOf(expected)])
    const { lab, result } = thrown
    // Nothing at all would be no error.
    if (isPassedOn && value !== undefined && value !== null)
      expect([name, result.status === 'failed' && Object.is(result.error, value)]).toEqual([name, true])
    // Whoever sends them over a wire can do so.
    expect(() => JSON.stringify([lab.sink.events, result.warnings])).not.toThrow()
    await expectClean(lab, result)
  }
}

describe('whatever a part throws, the run ends as it would for an error:', () => {
  it.each(patient)('at once, by $what', (place) => expectSameAsOfAnError(place, false))
  it.each(patient)('later, by $what', (place) => expectSameAsOfAnError(place, true))
  it.each(prompt)('by $what', (place) => expectSameAsOfAnError(place, false))
})

const moments: readonly { readonly when: string; readonly script?: LabOptions['script']; readonly afterMs: number }[] =
  [
    { when: 'before anything is sent', afterMs: -1 },
    { when: 'in the stream', script: () => [{ text: 'so far' }, { hang: true }], afterMs: 10 },
    { when: 'where the engine does not listen', script: () => [{ text: 'so far' }, { hang: 'deaf' }], afterMs: 10 },
    {
      when: 'where the engine breaks',
      script: () => [{ text: 'so far' }, { delayMs: 20 }, { crash: null }],
      afterMs: 10,
    },
    { when: 'in a tool', script: () => [{ text: 'so far' }, { toolCall: 'wait', input: {} }], afterMs: 10 },
  ]

const wait = defineTool({
  name: 'wait',
  description: 'Waits.',
  input: z.object({}),
  execute: (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
})

describe('whatever the reason of a cancel is, the run is cancelled by its user', () => {
  it.each(moments)('$when', async ({ script, afterMs }) => {
    for (const { value, make } of hostileValues) {
      const lab = createLab({ ...(script === undefined ? undefined : { script }), parts: { tools: [wait] } })
      const handle = lab.submit()
      if (afterMs >= 0) await lab.clock.advance(afterMs)
      const result = await until(lab.clock, handle.cancel(make()))
      expect([value, result.status, result.stop]).toEqual([value, 'cancelled', 'user'])
      expect(textsIn(result.turn)).toEqual(afterMs >= 0 ? ['so far'] : [])
      await expectClean(lab, result)
    }
  })

  it('also as the reason of the caller’s own signal', async () => {
    for (const { value, make } of hostileValues) {
      const lab = createLab({ script: () => [{ text: 'so far' }, { hang: true }] })
      const controller = new AbortController()
      const limited = withTimeout(background({ clock: lab.clock, signal: controller.signal }), 1_000)
      const handle = lab.session.submit('Go', {}, limited.ctx)
      await lab.clock.advance(10)
      controller.abort(make())
      const { status, turn } = await until(lab.clock, handle.wait())
      expect([value, status, ...textsIn(turn)]).toEqual([value, 'cancelled', 'so far'])
      expect(lab.clock.scheduled).toBe(0)
    }
  })

  it('also where the prompt still waits in line', async () => {
    for (const { value, make } of hostileValues) {
      const lab = createLab({ script: () => [{ hang: true }] })
      const first = lab.submit()
      const queued = lab.session.submit('Later', { whenBusy: 'queue' }, lab.ctx)
      const { status, stop } = await until(lab.clock, queued.cancel(make()))
      expect([value, status, stop]).toEqual([value, 'cancelled', 'user'])
      await expectClean(lab, await until(lab.clock, first.cancel()))
      expect(lab.sink.events.filter(isTerminal)).toHaveLength(2)
    }
  })
})

import { settlePromises } from '@geppetto/context/manual-clock'
import { foldEvents } from '@geppetto/events'
import { fallback, type RetryOptions } from '@geppetto/middleware'
import { providerCalls, type Turn, validateTurn } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { driveRun } from '../src/drive-run.ts'
import { doubledTexts, lostTexts } from '../src/lost-in-run.ts'
import { createScriptedEngine, type ScriptAction, type ScriptedCall } from '../src/scripted-engine.ts'
import { createLab, expectQuiet } from './run-lab.test-helper.ts'

const usage: ScriptAction = { usage: { input: { uncached: 1 }, output: {}, source: 'reported' } }

const action: fc.Arbitrary<ScriptAction> = fc.oneof(
  fc.record({ text: fc.array(fc.string(), { maxLength: 3 }) }),
  fc.record({ reasoning: fc.string() }),
  fc.record({ toolCall: fc.constant('work'), input: fc.constant({}) }),
  fc.record({ delayMs: fc.constantFrom(0, 7) }),
)
const ending: fc.Arbitrary<ScriptedCall> = fc.constantFrom<ScriptedCall>(
  [],
  [{ fail: 'overloaded' }],
  [{ fail: 'network' }],
  [{ fail: 'timeout' }],
  [{ fail: 'auth' }],
  [{ crash: new Error('a bug') }],
  [{ hang: true }],
)
const call: fc.Arbitrary<ScriptedCall> = fc
  .tuple(fc.array(action, { maxLength: 3 }), ending)
  .map(([actions, end]) => [usage, ...actions, ...end])
const script = fc.array(call, { maxLength: 6 })

const retryOptions: fc.Arbitrary<RetryOptions> = fc.record({
  attempts: fc.constantFrom(1, 2, 3, 5),
  backoffMs: fc.constantFrom(0, 5, 500),
  maxWaitMs: fc.constantFrom(0, 20, 60_000),
  afterVisible: fc.constantFrom('fail', 'restart'),
})

/** After how many microtasks, timers between them, the run is cancelled, if it is. */
const cancelAt = fc.option(fc.nat({ max: 120 }), { nil: undefined })

/** What a turn has that the run made, as far as events tell it. */
const madeBy = (turn: Turn, runId: string) =>
  turn.blocks
    .filter((block) => block.runId === runId && block.kind !== 'tool-result')
    .map((block) => [block.id, block.kind, 'text' in block ? block.text : ''])

it('whatever fails, is tried again, falls back or is cancelled: nothing that was said is lost, doubled or half taken back, and every attempt is counted', async () => {
  await fc.assert(
    fc.asyncProperty(script, script, retryOptions, cancelAt, async (calls, others, options, step) => {
      const other = createScriptedEngine((_, number) => others[number - 1] ?? [usage, { text: 'last' }], { model: 'b' })
      const { afterVisible = 'fail' } = options
      const lab = createLab({
        script: (_, number) => calls[number - 1] ?? [usage, { text: 'done' }],
        parts: { retry: options, middlewares: [fallback([other], { afterVisible })] },
        store: () => ({}),
      })
      const handle = lab.submit()
      for (let passed = 0; step !== undefined && passed < step && handle.isRunning; passed++) {
        await null
        if (passed % 10 === 9) lab.clock.runNext()
      }
      if (step !== undefined) void handle.cancel()
      const { result } = await driveRun(lab.clock, handle)
      const { events } = lab.sink
      expect(validateTurn(result.turn)).toEqual([])
      expect([lostTexts(events, result), doubledTexts(events, result)]).toEqual([[], []])
      const folded = foldEvents(events)
      expect(madeBy({ ...result.turn, blocks: folded.blocks }, result.runId)).toEqual(madeBy(result.turn, result.runId))
      const started = events.filter(({ type }) => type === 'provider-call-started')
      const records = providerCalls(result.turn)
      expect(records.map(({ id }) => id)).toEqual(started.map(({ correlation }) => correlation.providerCallId))
      const counted = records.filter((record) => record.usage !== undefined).length
      expect(result.usage?.input.uncached ?? 0).toBe(counted)
      await settlePromises()
      expectQuiet(lab)
    }),
    { numRuns: 400 },
  )
})

import { type Engine, EngineError, type EngineErrorCode, isEngineError } from '@geppetto/engine'
import { foldEvents } from '@geppetto/events'
import { inferenceConfigKey, inferenceConfigOf, runInferenceConfigKey, type Turn, withData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type Attempt, type Bench, createBench, flaky, settle, told } from './attempts.test-helper.ts'
import { composeMiddlewares } from './compose.ts'
import { type FallbackOptions, fallback } from './fallback.ts'
import { retry } from './retry.ts'
import { turnOf, user } from './turns.test-helper.ts'

const question = turnOf(user('u'))

interface Setup {
  readonly options?: FallbackOptions
  readonly bench?: Bench
  readonly asked?: Turn
  readonly third?: readonly Attempt[]
}

/** Asks `first`, and behind it `second`; then a third, where there is one. */
async function run(first: readonly Attempt[], second: readonly Attempt[], setup: Setup = {}) {
  const { options = {}, bench = createBench(), asked = question, third } = setup
  const engines = [flaky('b', ...second), ...(third === undefined ? [] : [flaky('c', ...third)])]
  const chain = composeMiddlewares([fallback(engines, options)], flaky('a', ...first).runInference)
  const outcome = await settle(bench, chain(bench.ctx, asked))
  const { error, turn } = outcome
  return { bench, turn, engines, error: isEngineError(error) ? error : undefined }
}

const logsIn = ({ events }: Bench) => events.filter((event) => event.type === 'log')
const rollbacksIn = ({ events }: Bench) => events.filter((event) => event.type === 'run-rolled-back')

describe('another engine', () => {
  const helped: readonly EngineErrorCode[] = [
    'auth',
    'quota',
    'rate_limit',
    'context_overflow',
    'unsupported',
    'network',
  ]
  it.each(helped)('is asked the same after %s, and it is said who answers', async (fail) => {
    const { bench, turn, engines } = await run([{ fail }], [{ say: 'Here.' }])
    expect(told(turn)).toEqual(['Here.', ['a failed', 'b completed']])
    expect(engines[0]?.received[0]).toBe(question)
    expect(logsIn(bench)).toMatchObject([
      {
        level: 'warn',
        message: expect.stringContaining('asking b of test instead'),
        data: { code: fail, api: 'api of b', host: 'test', model: 'b' },
      },
    ])
    expect(rollbacksIn(bench)).toEqual([])
  })

  const own: readonly EngineErrorCode[] = ['invalid_request', 'content_filter', 'internal', 'cancelled', 'turn_shrunk']
  it.each(own)('is not asked after %s', async (fail) => {
    const { engines, error } = await run([{ fail }], [{ say: 'Here.' }])
    expect([engines[0]?.received, error?.code]).toEqual([[], fail])
  })

  it('is asked where the option says so, but never after a cancel', async () => {
    const options = { mayHelp: () => true }
    expect(told((await run([{ fail: 'internal' }], [{ say: 'Here.' }], { options })).turn)[0]).toBe('Here.')
    expect((await run([{ fail: 'cancelled' }], [{ say: 'Here.' }], { options })).turn).toBeUndefined()
  })

  it('and another one are asked in turn; the last failure is thrown, with the records of all', async () => {
    const { turn } = await run([{ fail: 'quota' }], [{ fail: 'auth' }], { third: [{ say: 'Third.' }] })
    expect(told(turn)).toEqual(['Third.', ['a failed', 'b failed', 'c completed']])
    const { error } = await run([{ fail: 'quota' }], [{ fail: 'auth' }], { third: [{ say: 'T', fail: 'network' }] })
    expect([error?.code, told(error?.partial)]).toEqual(['network', ['T', ['a failed', 'b failed', 'c failed']]])
  })

  it('is not asked where the call failed with what is no EngineError', async () => {
    const crash = new TypeError('a bug')
    const second = flaky('b')
    const chain = composeMiddlewares([fallback([second])], () => Promise.reject(crash))
    await expect(chain(createBench().ctx, question)).rejects.toBe(crash)
    expect(second.received).toEqual([])
  })

  it('is asked for its own model, and the turn keeps the name of the other', async () => {
    const config = { model: 'a-large', temperature: 0.5 }
    const asked = withData(question, inferenceConfigKey, config)
    for (const attempt of [{ say: 'Here.' }, { say: 'He', fail: 'network' }] as const) {
      const { turn, error, engines } = await run([{ fail: 'quota' }], [attempt], { asked })
      const received = engines[0]?.received[0]
      expect(received && inferenceConfigKey.read(received.data)).toEqual({ temperature: 0.5 })
      const left = turn ?? error?.partial
      expect(left && inferenceConfigKey.read(left.data)).toEqual(config)
    }
  })

  it('asks for its own model also where the run named another', async () => {
    const asked = withData(question, runInferenceConfigKey, { model: 'other', seed: 1 })
    const { turn, engines } = await run([{ fail: 'quota' }], [{ say: 'Here.' }], { asked })
    const received = engines[0]?.received[0]
    expect(received && inferenceConfigOf(received)).toEqual({ seed: 1 })
    expect(turn && inferenceConfigOf(turn)).toEqual({ model: 'other', seed: 1 })
  })

  it('cannot overwrite what was said by using its id again', async () => {
    const claiming: Engine = {
      info: { api: 'x', host: 'h', model: 'm' },
      runInference: async (_, turn) => ({ ...turn, blocks: [...turn.blocks, { ...user('u'), createdAt: 9 }] }),
    }
    const failing = () => Promise.reject(new EngineError('network', 'gone'))
    const turn = await composeMiddlewares([fallback([claiming])], failing)(createBench().ctx, question)
    expect(turn.blocks[0]).toBe(question.blocks[0])
    expect(turn.blocks[1]?.id).not.toBe('u')
  })
})

describe('after something visible', () => {
  const first = [{ say: 'Once', fail: 'overloaded' }] as const

  it('no other engine is asked by default', async () => {
    const { error, engines } = await run(first, [{ say: 'Twice.' }])
    expect([told(error?.partial), engines[0]?.received]).toEqual([['Once', ['a failed']], []])
  })

  it('another one begins anew where asked to, from the first event of the call', async () => {
    const { bench, turn } = await run(first, [{ say: 'Twice.' }], { options: { afterVisible: 'restart' } })
    expect(told(turn)).toEqual(['Twice.', ['a failed', 'b completed']])
    expect(rollbacksIn(bench)).toMatchObject([{ fromSeq: 1 }])
    expect(foldEvents(bench.events).blocks.map(({ id }) => id)).toEqual(turn?.blocks.slice(1).map(({ id }) => id))
  })

  it('what two of them said is taken back one after the other', async () => {
    const options = { afterVisible: 'restart' } as const
    const { bench, turn } = await run(first, first, { options, third: [{ say: 'Third.' }] })
    const started = bench.events.filter((event) => event.type === 'provider-call-started')
    expect(rollbacksIn(bench).map(({ fromSeq }) => started.map(({ seq }) => seq).indexOf(fromSeq))).toEqual([0, 1])
    expect(foldEvents(bench.events).blocks).toMatchObject([{ text: 'Third.' }])
    expect(told(turn)[0]).toBe('Third.')
  })
})

describe('together with retry', () => {
  const overloaded: Attempt = { fail: 'overloaded' }

  it('behind it, the first engine is tried again before the other is asked', async () => {
    const bench = createBench()
    const first = flaky('a', overloaded, overloaded, overloaded)
    const chain = composeMiddlewares([fallback([flaky('b', { say: 'B.' })]), retry()], first.runInference)
    const { turn } = await settle(bench, chain(bench.ctx, question))
    expect(told(turn)).toEqual(['B.', ['a failed', 'a failed', 'a failed', 'b completed']])
  })

  it('in front of it, each attempt asks all', async () => {
    const bench = createBench()
    const engines = [flaky('b', overloaded, { say: 'B.' })]
    const chain = composeMiddlewares([retry(), fallback(engines)], flaky('a', overloaded, overloaded).runInference)
    const { turn } = await settle(bench, chain(bench.ctx, question))
    expect(told(turn)).toEqual(['B.', ['a failed', 'b failed', 'a failed', 'b completed']])
  })

  it('in an engine of its own, with text taken back on every level', async () => {
    const bench = createBench()
    const cut: Attempt = { say: 'cut', fail: 'network' }
    const restart = { afterVisible: 'restart', attempts: 2 } as const
    const second = flaky('b', cut, { say: 'Whole.' })
    const steady = { ...second, runInference: composeMiddlewares([retry(restart)], second.runInference) }
    const chain = composeMiddlewares(
      [fallback([steady], { afterVisible: 'restart' }), retry(restart)],
      flaky('a', cut, cut).runInference,
    )
    const { turn } = await settle(bench, chain(bench.ctx, question))
    expect(told(turn)).toEqual(['Whole.', ['a failed', 'a failed', 'b failed', 'b completed']])
    const folded = foldEvents(bench.events)
    expect(folded.blocks).toMatchObject([{ text: 'Whole.' }])
    expect(folded.providerCalls.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'completed'])
  })
})

describe('an abort', () => {
  it('before the other engine is asked leaves it alone, and keeps what was said', async () => {
    const stopper: { abort?: () => void } = {}
    const bench = createBench((event) => void (event.type === 'provider-call-finished' && stopper.abort?.()))
    stopper.abort = () => bench.controller.abort('user')
    const options = { afterVisible: 'restart' } as const
    const { error, engines } = await run([{ say: 'Once', fail: 'overloaded' }], [{ say: 'B' }], { bench, options })
    expect(error).toMatchObject({ code: 'cancelled', cause: 'user' })
    expect([told(error?.partial), engines[0]?.received, rollbacksIn(bench)]).toEqual([['Once', ['a failed']], [], []])
  })
})

it.each([
  ['engines', []],
  ['engines', JSON.parse('[{}]')],
])('names what is wrong with %s', (name, engines: readonly Engine[]) => {
  expect(() => fallback(engines)).toThrow(
    expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(name) }),
  )
  expect(() => fallback([flaky('b')], JSON.parse('{"afterVisible":"never"}'))).toThrow(/fallback: afterVisible/)
})

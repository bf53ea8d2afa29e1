import { background, withSources, withTimeout } from '@geppetto/context'
import { defineMiddleware, EngineError, type EngineErrorCode, isEngineError } from '@geppetto/engine'
import { foldEvents } from '@geppetto/events'
import { assistantText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type Attempt, type Bench, createBench, flaky, settle, told } from './attempts.test-helper.ts'
import { composeMiddlewares } from './compose.ts'
import { isRetry, retry } from './retry.ts'
import { retryDelay } from './retry-delay.ts'
import type { RetryOptions } from './retry-options.ts'
import { turnOf, user } from './turns.test-helper.ts'

const question = turnOf(user('u'))

async function run(attempts: readonly Attempt[], options: RetryOptions = {}, bench: Bench = createBench()) {
  const engine = flaky('m', ...attempts)
  const call = composeMiddlewares([retry(options)], engine.runInference)(bench.ctx, question)
  const outcome = await settle(bench, call)
  const { error } = outcome
  return { engine, bench, turn: outcome.turn, error: isEngineError(error) ? error : undefined }
}

const retriesIn = ({ events }: Bench) => events.filter((event) => event.type === 'provider-call-retried')
const rollbacksIn = ({ events }: Bench) => events.filter((event) => event.type === 'run-rolled-back')

describe('a call that failed', () => {
  const passing = ['rate_limit', 'overloaded', 'unavailable', 'timeout', 'network', 'protocol'] as const
  it.each(passing)('with %s is made again with the very same turn, without a word to take back', async (fail) => {
    const { engine, bench, turn } = await run([{ fail }, { fail }, { say: 'Here.' }])
    expect(told(turn)).toEqual(['Here.', ['m failed', 'm failed', 'm completed']])
    expect(engine.received).toHaveLength(3)
    for (const received of engine.received) expect(received).toBe(question)
    expect(retriesIn(bench)).toMatchObject([
      { attempt: 2, error: { code: fail } },
      { attempt: 3, error: { code: fail } },
    ])
    expect(rollbacksIn(bench)).toEqual([])
  })

  const staying: readonly EngineErrorCode[] = ['auth', 'invalid_request', 'context_overflow', 'unsupported', 'internal']
  it.each(staying)('with %s is not', async (fail) => {
    const { engine, bench, error } = await run([{ fail }])
    expect([engine.received.length, error?.code, retriesIn(bench)]).toEqual([1, fail, []])
  })

  it('is made again where the error itself, or the option, says so, and never when it was cancelled', async () => {
    expect((await run([{ fail: 'internal', facts: { retryable: true } }])).engine.received).toHaveLength(2)
    expect((await run([{ fail: 'overloaded', facts: { retryable: false } }])).engine.received).toHaveLength(1)
    const always = { isRetryable: () => true }
    expect((await run([{ fail: 'auth' }], always)).engine.received).toHaveLength(2)
    expect((await run([{ fail: 'cancelled', facts: { retryable: true } }], always)).engine.received).toHaveLength(1)
  })

  it('for good throws its last error, with what arrived and the records of all attempts', async () => {
    const { error } = await run([{ fail: 'network' }, { fail: 'overloaded' }, { say: 'So f', fail: 'timeout' }])
    expect(error).toMatchObject({ code: 'timeout', visible: true })
    expect(told(error?.partial)).toEqual(['So f', ['m failed', 'm failed', 'm failed']])
  })

  it('and is not tried again throws the very error', async () => {
    const error = new EngineError('auth', 'no key')
    const failing = () => Promise.reject(error)
    await expect(composeMiddlewares([retry()], failing)(background(), question)).rejects.toBe(error)
    const crash = new TypeError('a bug')
    await expect(composeMiddlewares([retry()], () => Promise.reject(crash))(background(), question)).rejects.toBe(crash)
  })

  it('leaves its records in front of the answer, behind those that were there, also where nobody listens', async () => {
    const earlier = await flaky('old').runInference(background(), question)
    const engine = flaky('m', { fail: 'overloaded' }, { say: 'Yes.' })
    const chain = composeMiddlewares([retry({ backoffMs: 0 })], engine.runInference)
    expect(told(await chain(background(), earlier))[1]).toEqual(['old completed', 'm failed', 'm completed'])
  })
})

describe('after something visible', () => {
  const attempts = [{ say: 'Once', fail: 'overloaded' }, { say: 'Twice.' }] as const

  it('it fails by default', async () => {
    const { engine, error, bench } = await run(attempts)
    expect([engine.received.length, told(error?.partial), bench.clock.scheduled]).toEqual([
      1,
      ['Once', ['m failed']],
      0,
    ])
    expect(retriesIn(bench)).toEqual([])
  })

  it('it begins anew where asked to, and takes back exactly what the failed attempt said', async () => {
    const bench = createBench()
    const before = defineMiddleware('before', (next) => async (ctx, turn) => next(ctx, await next(ctx, turn)))
    const engine = flaky('m', { say: 'Kept.' }, ...attempts)
    const chain = composeMiddlewares([before, retry({ afterVisible: 'restart' })], engine.runInference)
    const { turn } = await settle(bench, chain(bench.ctx, question))
    expect(told(turn)).toEqual(['Kept.Twice.', ['m completed', 'm failed', 'm completed']])
    const [, second] = bench.events.filter((event) => event.type === 'provider-call-started')
    expect(rollbacksIn(bench)).toMatchObject([{ fromSeq: second?.seq, reason: expect.stringContaining('overloaded') }])
    const folded = foldEvents(bench.events)
    expect(folded.blocks).toEqual(turn?.blocks.slice(1))
    expect(folded.providerCalls).toHaveLength(3)
  })

  it('it takes back only what was visible', async () => {
    const { bench, turn } = await run([{ fail: 'network' }, ...attempts], { afterVisible: 'restart' })
    const started = bench.events.filter((event) => event.type === 'provider-call-started')
    expect(rollbacksIn(bench).map(({ fromSeq }) => fromSeq)).toEqual([started[1]?.seq])
    expect(told(turn)).toEqual(['Twice.', ['m failed', 'm failed', 'm completed']])
  })

  it('what left something that nobody saw, as encrypted reasoning, is made again without asking, and taken back for readers of events', async () => {
    const { bench, turn } = await run([{ say: '', end: true, fail: 'network' }, { say: 'Here.' }])
    expect(rollbacksIn(bench)).toMatchObject([{ fromSeq: 1 }])
    expect(foldEvents(bench.events).blocks).toEqual(turn?.blocks.slice(1))
  })

  it('it takes nothing back when it gives up', async () => {
    const { bench, error } = await run([attempts[0], attempts[0]], { afterVisible: 'restart', attempts: 2 })
    expect(rollbacksIn(bench)).toHaveLength(1)
    expect(told(error?.partial)[0]).toBe('Once')
    expect(foldEvents(bench.events).blocks).toEqual(error?.partial?.blocks.slice(1))
  })
})

describe('the wait', () => {
  const ids = (name: string) => ({ next: () => name })
  const many = Array.from({ length: 200 }, (_, index) => `wait_${index * 7919}`)

  it('doubles, less a random part of up to half, the same for the same ids', () => {
    for (const attempt of [1, 2, 3]) {
      const whole = 1_000 * 2 ** (attempt - 1)
      const delays = many.map((name) => retryDelay(attempt, 1_000, undefined, ids(name)))
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(whole / 2)
      expect(Math.max(...delays)).toBeLessThanOrEqual(whole)
      // Spread over the half, and not all at one place.
      for (const part of [0, 1, 2, 3]) {
        const [from, to] = [whole / 2 + (part * whole) / 8, whole / 2 + ((part + 1) * whole) / 8]
        expect(delays.filter((delay) => delay >= from && delay <= to).length).toBeGreaterThan(20)
      }
      expect(many.map((name) => retryDelay(attempt, 1_000, undefined, ids(name)))).toEqual(delays)
    }
  })

  it('is never shorter than the provider asks for, and spread behind that too', () => {
    const delays = many.map((name) => retryDelay(1, 1_000, 7_000, ids(name)))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(7_000)
    expect(Math.max(...delays)).toBeLessThanOrEqual(7_500)
    expect(new Set(delays).size).toBeGreaterThan(100)
    expect(retryDelay(1, 1_000, 1, ids('wait_1'))).toBe(retryDelay(1, 1_000, undefined, ids('wait_1')))
  })

  it('is what the event says, on the clock of the context', async () => {
    const bench = createBench()
    const engine = flaky('m', { fail: 'rate_limit', facts: { retryAfterMs: 9_000 } })
    const call = composeMiddlewares([retry()], engine.runInference)(bench.ctx, question)
    await bench.clock.advance(0)
    const [{ delayMs } = { delayMs: 0 }] = retriesIn(bench)
    expect([delayMs >= 9_000, bench.clock.scheduled, engine.received.length]).toEqual([true, 1, 1])
    await bench.clock.advance(delayMs - 1)
    expect(engine.received).toHaveLength(1)
    await bench.clock.advance(1)
    expect(engine.received).toHaveLength(2)
    await call
    expect(bench.clock.scheduled).toBe(0)
  })

  it.each([
    ['asked for alone', [{ fail: 'rate_limit', facts: { retryAfterMs: 60_001 } }], {}, 1],
    [
      'taken together',
      [{ fail: 'overloaded' }, { fail: 'overloaded' }, { fail: 'overloaded' }],
      { maxWaitMs: 1_200 },
      2,
    ],
    ['none at all', [{ fail: 'overloaded' }], { maxWaitMs: 0 }, 1],
  ] as const)('that is longer than allowed is not begun: %s', async (_, attempts, options, made) => {
    const { engine, error, bench } = await run(attempts, options)
    expect(engine.received).toHaveLength(made)
    expect(error?.code).toBe(attempts[0].fail)
    expect(retriesIn(bench)).toHaveLength(made - 1)
  })

  it('that the provider wants longer than allowed is told of, with the option that allows it', async () => {
    const { error } = await run([{ fail: 'rate_limit', facts: { retryAfterMs: 3_600_000 } }])
    const told = 'the provider asks to wait for 3600 s, which is more than retry may wait: 60 s (maxWaitMs)'
    expect(error).toMatchObject({ code: 'rate_limit', retryAfterMs: 3_600_000, retryable: true })
    expect(error?.message.endsWith(`; ${told}`)).toBe(true)
    expect(error?.stack).toContain(told)
    expect(error?.partial?.blocks).toEqual(question.blocks)
  })

  it('that was waited in part is told of too', async () => {
    const facts = { retryAfterMs: 40_000 }
    const attempts = [
      { fail: 'rate_limit', facts },
      { fail: 'rate_limit', facts },
    ] as const
    const { engine, error } = await run(attempts)
    expect(engine.received).toHaveLength(2)
    expect(error?.message).toMatch(
      /asks to wait for 40 s, which, after 4\d(?:\.\d)? s of waiting, is more than .* 60 s/,
    )
  })

  it('that the provider asks for and that is just allowed is begun, without the random part beyond it', async () => {
    const { engine, bench } = await run([{ fail: 'rate_limit', facts: { retryAfterMs: 60_000 } }])
    expect(engine.received).toHaveLength(2)
    expect(retriesIn(bench).map(({ delayMs }) => delayMs)).toEqual([60_000])
  })

  it('that would outlast the deadline is not begun: the failure says more than that time was up', async () => {
    const bench = createBench()
    const limited = withTimeout(bench.ctx, 400)
    const { error } = await run([{ fail: 'overloaded' }], {}, { ...bench, ctx: limited.ctx })
    expect([error?.code, bench.clock.now()]).toEqual(['overloaded', 1_000])
    limited.release()
  })
})

describe('an abort', () => {
  const attempts: readonly Attempt[] = [
    { say: 'Once', fail: 'overloaded' },
    { say: 'Twice', waitMs: 5 },
  ]
  const restart: RetryOptions = { afterVisible: 'restart' }

  it('during the wait ends it at once, and what was said stays', async () => {
    const bench = createBench()
    const engine = flaky('m', ...attempts)
    const call = composeMiddlewares([retry(restart)], engine.runInference)(bench.ctx, question)
    const caught = call.catch((error: unknown) => error)
    await bench.clock.advance(10)
    bench.controller.abort('user')
    const error = await caught
    expect(isEngineError(error) && [error.code, error.cause, error.visible, told(error.partial)]).toEqual([
      'cancelled',
      'user',
      true,
      ['Once', ['m failed']],
    ])
    expect([rollbacksIn(bench), bench.clock.scheduled, engine.received.length]).toEqual([[], 0, 1])
  })

  // At every event of the run, from inside a sink: before, in and between the attempts.
  it('at any event leaves what was said or takes it back, and no more attempts', async () => {
    const whole = await run(attempts, restart)
    expect(told(whole.turn)).toEqual(['Twice', ['m failed', 'm completed']])
    for (const { seq, type } of whole.bench.events) {
      const stopper: { abort?: () => void } = {}
      const bench = createBench((event) => void (event.seq === seq && stopper.abort?.()))
      stopper.abort = () => bench.controller.abort('user')
      const { turn, error, engine } = await run(attempts, restart, bench)
      const left: Turn | undefined = turn ?? error?.partial
      const where = `${seq} ${type}`
      const said = foldEvents(bench.events)
      expect([where, left?.blocks.slice(1)]).toEqual([where, said.blocks])
      expect([where, told(left)[1].length]).toEqual([where, said.providerCalls.length])
      expect([where, error?.code ?? 'ended well']).toEqual([
        where,
        expect.stringMatching(/^cancelled$|^ended well$|^overloaded$/),
      ])
      expect([where, bench.clock.scheduled]).toEqual([where, 0])
      expect([where, bench.events.filter((event) => event.type === 'provider-call-started').length]).toEqual([
        where,
        engine.received.length,
      ])
      const last = retriesIn(bench).at(-1)
      if (last !== undefined && seq === last.seq) expect(engine.received).toHaveLength(1)
    }
  })

  it('of the second attempt keeps its words and the record of the first', async () => {
    const bench = createBench()
    const call = composeMiddlewares([retry(restart)], flaky('m', ...attempts).runInference)(bench.ctx, question)
    const caught = call.catch((error: unknown) => error)
    await bench.clock.advance(0)
    bench.clock.runNext()
    await bench.clock.advance(2)
    bench.controller.abort('shutdown')
    const error = await caught
    expect(isEngineError(error) && [error.code, told(error.partial)]).toEqual([
      'cancelled',
      ['Twice', ['m failed', 'm cancelled']],
    ])
  })
})

describe('what others do wrong', () => {
  it('a sink that throws on every event changes nothing', async () => {
    const bench = createBench(() => {
      throw new Error('broken sink')
    })
    const { turn } = await run([{ fail: 'network' }, { say: 'Fine.' }], {}, bench)
    expect(told(turn)).toEqual(['Fine.', ['m failed', 'm completed']])
  })

  it('a clock that jumps back does not make the wait longer, and one that jumps past the deadline ends it', async () => {
    for (const [jump, code] of [
      [-1_000_000, undefined],
      [1_000_000, 'cancelled'],
    ] as const) {
      const bench = createBench()
      let offset = 0
      const { clock } = bench
      const jumping = { now: () => clock.now() + offset, schedule: clock.schedule }
      const limited = withTimeout(withSources(bench.ctx, { clock: jumping }), 100_000)
      const engine = flaky('m', { fail: 'network' }, { say: 'Fine.' })
      const call = composeMiddlewares([retry()], engine.runInference)(limited.ctx, question)
      await clock.advance(1)
      offset = jump
      const { error, turn } = await settle(bench, call)
      limited.release()
      expect(isEngineError(error) ? error.code : undefined).toBe(code)
      expect(clock.now()).toBeLessThanOrEqual(2_000)
      if (turn !== undefined) expect(assistantText(turn)).toBe('Fine.')
    }
  })

  it('a clock that cannot wait leaves the failure of the call', async () => {
    const clock = {
      now: () => 1,
      schedule: () => {
        throw new Error('no timers')
      },
    }
    const engine = flaky('m', { fail: 'overloaded' })
    const call = composeMiddlewares([retry()], engine.runInference)(background({ clock }), question)
    await expect(call).rejects.toMatchObject({ code: 'overloaded' })
  })
})

describe('the middleware', () => {
  it('is known by its brand, not by its name', () => {
    expect(isRetry(retry())).toBe(true)
    expect(isRetry(defineMiddleware('retry', (next) => next))).toBe(false)
    expect(retry().name).toBe('retry')
  })

  it.each([
    ['attempts', { attempts: 0 }],
    ['attempts', { attempts: 1.5 }],
    ['backoffMs', { backoffMs: -1 }],
    ['backoffMs', { backoffMs: Number.NaN }],
    ['maxWaitMs', { maxWaitMs: Number.NaN }],
    ['maxWaitMs', JSON.parse('{"maxWaitMs":"60000"}')],
    ['retry: there is no option attemps. Did you mean attempts?', JSON.parse('{"attemps":5}')],
    ['afterVisible', JSON.parse('{"afterVisible":"continue"}')],
    ['isRetryable', JSON.parse('{"isRetryable":"yes"}')],
  ])('names what is wrong with %s', (name, options: RetryOptions) => {
    expect(() => retry(options)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(name) }),
    )
  })
})

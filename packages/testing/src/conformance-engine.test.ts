import { type Context, withoutCancel } from '@geppetto/context'
import {
  type Engine,
  EngineError,
  isEngineError,
  type RunInference,
  startProviderCall,
  withFacts,
} from '@geppetto/engine'
import { correlationFrom, eventSinksFrom, hubFrom, publish, withCorrelation } from '@geppetto/events'
import { eliza } from '@geppetto/provider-eliza'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  providerCalls,
  sealTurn,
  type Turn,
  toolDefinitionsKey,
  type Usage,
  userBlock,
  withBlocks,
  withData,
  withProviderCall,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type EngineConformanceOptions, engineConformance } from './conformance-engine.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'

const usage: Usage = { input: { uncached: 12, cacheRead: 3 }, output: { text: 5 }, source: 'reported' }
const answer: ScriptedCall = [{ reasoning: ['Hm, ', 'well.'] }, { text: ['Once ', 'upon ', 'a time'] }, { usage }]
const scripted = (...call: ScriptedCall): Engine => createScriptedEngine(() => call)
const failing: ScriptedCall = [{ text: ['Once ', 'upon'] }, { fail: 'overloaded' }]

const good: EngineConformanceOptions = {
  createEngine: () => scripted(...answer),
  usage,
  toolCalls: {
    createEngine: () =>
      scripted({ text: 'I look.' }, { toolCall: 'a', input: { b: 1 } }, { toolCall: 'c', raw: '{"d":' }),
  },
  failure: { createEngine: () => scripted(...failing) },
  stuck: { createEngine: () => scripted({ text: 'Once ' }, { hang: true }) },
}

const { usage: _, ...unknownUsage } = good

describe('the scripted engine', () => {
  it.each(engineConformance(good))('$name', ({ run }) => run())
})

describe('ELIZA', () => {
  const inputSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const weather = { name: 'get_weather', description: 'The weather in a city.', inputSchema }
  const asked = createTurn({ blocks: [userBlock('What is the weather in Paris?')] })
  const cases = engineConformance({
    createEngine: () => eliza(),
    toolCalls: { createEngine: () => eliza(), turn: withData(asked, toolDefinitionsKey, [weather]) },
    stuck: { createEngine: () => eliza({ delayMs: 60_000 }) },
  })

  it.each(cases)('$name', ({ run }) => run())
})

/** The good engine with another way of doing it. */
function bent(change: (run: RunInference) => RunInference, script: ScriptedCall = answer): Engine {
  const engine = scripted(...script)
  return { info: engine.info, runInference: change((ctx, turn) => engine.runInference(ctx, turn)) }
}

/** The good engine with another turn at the end. */
const returning = (change: (output: Turn, input: Turn) => Turn) => (): Engine =>
  bent((run) => async (ctx, turn) => change(await run(ctx, turn), turn))

/** The good engine with another usage. */
const using = (stated: Usage) => (): Engine => scripted({ text: 'Hello' }, { usage: stated })

/** The record with a counter that a provider call would have left out. */
function restated(turn: Turn): Turn {
  const [record] = providerCalls(turn)
  const stated: Usage = { input: { uncached: 12, cacheRead: -3 }, output: {}, source: 'reported' }
  return record === undefined ? turn : withProviderCall(turn, { ...record, usage: stated })
}

/** The engine that rejects with something else. */
const rejecting = (script: ScriptedCall, change: (error: EngineError, input: Turn) => unknown) => (): Engine =>
  bent(
    (run) => (ctx, turn) =>
      run(ctx, turn).catch((error: unknown) => {
        throw isEngineError(error) ? change(error, turn) : error
      }),
    script,
  )

const failingWith = (change: (error: EngineError) => unknown) => rejecting(failing, change)

/** The good engine with another failure when it is aborted. */
const aborting = (change: (error: EngineError) => unknown) => rejecting(answer, change)

/** Another error with the same facts. */
const remade = (error: EngineError, facts: { partial?: Turn | undefined; code?: EngineError['code'] }): EngineError => {
  const partial = 'partial' in facts ? facts.partial : error.partial
  return new EngineError(facts.code ?? error.code, error.message, {
    visible: error.visible,
    ...(partial === undefined ? {} : { partial }),
  })
}

function published(ctx: Context, turn: Turn): Turn {
  void publish(ctx, { type: 'info', message: 'late' })
  return turn
}

type Broken = readonly [what: string, rule: RegExp, changes: Partial<EngineConformanceOptions>]

let shared = ''
const broken: readonly Broken[] = [
  [
    'publishes what belongs to the run',
    /an answer keeps the grammar/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          hubFrom(ctx)?.publish({ type: 'run-started' }, correlationFrom(ctx))
          return run(ctx, turn)
        }),
    },
  ],
  [
    'loses a block',
    /an answer comes behind the blocks of its input/,
    { createEngine: returning((turn) => withBlocks(turn, turn.blocks.slice(1))) },
  ],
  [
    'changes a block',
    /an answer comes behind the blocks of its input/,
    {
      createEngine: returning((turn) =>
        withBlocks(
          turn,
          turn.blocks.map((block) => ({ ...block, author: 'me' })),
        ),
      ),
    },
  ],
  [
    'puts its blocks first',
    /an answer comes behind the blocks of its input/,
    { createEngine: returning((turn) => withBlocks(turn, turn.blocks.toReversed())) },
  ],
  [
    'uses an id twice',
    /an answer comes behind the blocks of its input/,
    {
      createEngine: returning((turn) =>
        appendBlocks(turn, assistantBlock('again', { id: turn.blocks.at(-1)?.id ?? '', createdAt: 1 })),
      ),
    },
  ],
  [
    'makes another turn',
    /an answer comes behind the blocks of its input/,
    { createEngine: returning((turn) => ({ ...turn, id: 'mine' })) },
  ],
  [
    'drops the facts of others',
    /an answer comes behind the blocks of its input/,
    { createEngine: returning((turn, input) => ({ ...turn, metadata: {}, data: input.data })) },
  ],
  [
    'keeps another text than it tells',
    /an answer has the blocks that its events tell of/,
    {
      createEngine: returning((turn) =>
        withBlocks(
          turn,
          turn.blocks.map((block) =>
            block.kind === 'assistant' && block.text.startsWith('Once') ? { ...block, text: 'Never' } : block,
          ),
        ),
      ),
    },
  ],
  [
    'keeps a block that it does not tell',
    /an answer has the blocks that its events tell of/,
    { createEngine: returning((turn) => appendBlocks(turn, assistantBlock('secret'))) },
  ],
  [
    'leaves no record',
    /an answer leaves one record/,
    { createEngine: returning((turn, { metadata }) => ({ ...turn, metadata })) },
  ],
  [
    'leaves another record than it tells',
    /an answer leaves one record/,
    {
      createEngine: returning((turn) => {
        const [record] = providerCalls(turn)
        return record === undefined ? turn : withProviderCall(turn, { ...record, model: 'another' })
      }),
    },
  ],
  [
    'states zeros for what it does not know',
    /an answer states only counters/,
    { createEngine: using({ input: { uncached: 0 }, output: {}, source: 'reported' }) },
  ],
  [
    'states that it said nothing',
    /an answer states only counters/,
    { createEngine: using({ input: {}, output: { text: 0 }, source: 'reported' }) },
  ],
  [
    'states less than nothing',
    /an answer states only counters/,
    {
      createEngine: () => bent((run) => (ctx, turn) => run(ctx, turn).then(restated), [{ text: 'Hello' }]),
    },
  ],
  [
    'counts what was cached twice',
    /an answer states only counters/,
    { createEngine: using({ input: { uncached: 15, cacheRead: 3 }, output: { text: 5 }, source: 'reported' }), usage },
  ],
  [
    'leaves a timer',
    /an answer leaves no timer/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          ctx.clock.schedule(() => {}, 500)
          return run(ctx, turn)
        }),
    },
  ],
  [
    'leaves a listener',
    /an answer leaves no timer and no listener/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          ctx.signal.addEventListener('abort', () => {}, { once: true })
          return run(ctx, turn)
        }),
    },
  ],
  [
    'says more after the end',
    /an answer is followed by no event/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          const output = await run(ctx, turn)
          setTimeout(() => published(ctx, turn), 1)
          return output
        }),
    },
  ],
  [
    'answers a late abort',
    /an answer is followed by no event/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          ctx.signal.addEventListener('abort', () => published(ctx, turn))
          return run(ctx, turn)
        }),
    },
  ],
  [
    'has no name',
    /names the api/,
    { createEngine: () => ({ ...scripted(...answer), info: { api: '', host: 'embedded', model: 'x' } }) },
  ],
  [
    'needs a sink',
    /the same without a sink/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          if (eventSinksFrom(ctx).length === 0) throw new TypeError('no sink')
          return run(ctx, turn)
        }),
    },
  ],
  [
    'writes on its input',
    /leaves the turn that it is given/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          if (!Object.isFrozen(turn)) Object.assign(turn.data, { seen: true })
          return run(ctx, turn)
        }),
    },
  ],
  [
    'mixes up calls at the same time',
    /know nothing of each other/,
    {
      createEngine: () => {
        shared = ''
        return createScriptedEngine(() => [
          {
            run: () => {
              shared += 'x'
            },
          },
          { text: 'Hello' },
          { run: () => Promise.resolve() },
          { text: 'there' },
          { run: () => {} },
          ...(shared.length > 1 ? [{ text: shared }] : []),
        ])
      },
    },
  ],
  [
    'forgets what the context belongs to',
    /each says what it belongs to/,
    { createEngine: () => bent((run) => (ctx, turn) => run(withCorrelation(ctx, { runId: 'mine' }), turn)) },
  ],
  [
    'fails on what it does not know',
    /a history of every kind/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          if (turn.blocks.some((block) => block.kind === 'unknown')) throw new EngineError('internal', 'what is this?')
          return run(ctx, turn)
        }),
    },
  ],
  [
    'does not name what it refuses',
    /a history of every kind/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          if (turn.blocks.some((block) => block.kind === 'unknown')) throw new EngineError('unsupported', 'something')
          return run(ctx, turn)
        }),
    },
  ],
]

const preparing = (prepare: NonNullable<Engine['prepare']>) => (): Engine => ({ ...scripted(...answer), prepare })
let prepared = 0
const request = {
  model: 'm',
  method: 'POST',
  path: '/',
  headers: {},
  body: '',
  stream: true,
  degradations: [],
} as const
/** Says its text whatever happens, and waits for nobody. */
const heedless = (): Engine => ({
  info: { api: 'heedless', host: 'embedded', model: 'x' },
  async runInference(ctx, turn) {
    const call = startProviderCall(withoutCancel(ctx), turn, this.info)
    const text = call.text()
    for (const word of ['Once ', 'upon ', 'a time']) text.append(word)
    text.finish()
    call.stop('end_turn')
    return call.finish()
  },
})

const brokenOtherwise: readonly Broken[] = [
  [
    'answers open calls itself',
    /an open call, a lone result/,
    { createEngine: () => bent((run) => async (ctx, turn) => run(ctx, sealTurn(turn))) },
  ],
  [
    'does not tell what its request cannot say',
    /tells with its first event/,
    { createEngine: preparing(() => ({ ...request, degradations: [{ code: 'a', message: 'b' }] })) },
  ],
  [
    'prepares something else each time',
    /the same bytes each time/,
    { createEngine: preparing(() => ({ ...request, body: `${++prepared}` })) },
  ],
  [
    'tells of what it prepares',
    /the same bytes each time/,
    {
      createEngine: preparing((ctx, turn) => {
        published(ctx, turn)
        return request
      }),
    },
  ],
  [
    'looks at which object it is given',
    /the same bytes each time/,
    {
      createEngine: () => {
        const seen = new WeakSet<Turn>()
        let count = 0
        return preparing((_, turn) => {
          if (!seen.has(turn)) count++
          seen.add(turn)
          return { ...request, body: `${count}` }
        })()
      },
    },
  ],
  [
    'fails with a sink that throws',
    /a sink that throws/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          const output = await run(ctx, turn)
          if ((hubFrom(ctx)?.warnings.length ?? 0) > 0) throw new EngineError('internal', 'a sink failed')
          return output
        }),
    },
  ],
  [
    'fails with a sink that rejects',
    /a sink that rejects/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          const output = await run(ctx, turn)
          if ((hubFrom(ctx)?.warnings.length ?? 0) > 0) throw new EngineError('internal', 'a sink failed')
          return output
        }),
    },
  ],
  [
    'waits for a sink for ever',
    /never takes anything is left behind/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          const event = { type: 'info', message: 'mine', v: 1, seq: 0, time: 0, correlation: {} } as const
          const [first, second] = eventSinksFrom(ctx)
          if (second !== undefined) await first?.publish(event)
          return run(ctx, turn)
        }),
    },
  ],
  ['waits for no sink', /a sink that blocks is waited for/, { createEngine: heedless }],
  [
    'waits for a sink also when it is aborted',
    /an abort ends the wait/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          void publish(ctx, { type: 'info', message: 'mine' })
          await hubFrom(ctx)?.pressure
          return run(ctx, turn)
        }),
    },
  ],
  ['does not look whether it was aborted before', /an abort before the call/, { createEngine: heedless }],
  ['never looks whether it is aborted', /an abort at any event of an answer rejects/, { createEngine: heedless }],
  [
    'never looks whether its tool calls are aborted',
    /an abort at any event of tool calls rejects/,
    {
      toolCalls: {
        createEngine: () => bent((run) => (ctx, turn) => run(withoutCancel(ctx), turn), [{ toolCall: 'a', input: {} }]),
      },
    },
  ],
  [
    'rejects with the abort’s own reason',
    /an abort at any event of an answer rejects/,
    { createEngine: aborting(({ cause }) => cause) },
  ],
  [
    'calls an abort a failure',
    /an abort at any event of an answer rejects/,
    { createEngine: aborting((error) => remade(error, { code: 'network' })) },
  ],
  [
    'loses at an abort what it said',
    /an abort at any event of an answer keeps/,
    {
      createEngine: aborting((error) =>
        remade(error, { partial: error.partial && withBlocks(error.partial, error.partial.blocks.slice(0, 3)) }),
      ),
    },
  ],
  [
    'loses at an abort what it called',
    /an abort at any event of tool calls keeps/,
    {
      toolCalls: {
        createEngine: rejecting([{ toolCall: 'a', input: {} }, { text: 'so' }], (error, turn) =>
          remade(error, { partial: turn }),
        ),
      },
    },
  ],
  [
    'leaves a timer when it is aborted',
    /an abort in the middle leaves no timer/,
    {
      createEngine: () =>
        bent((run) => async (ctx, turn) => {
          const stop = ctx.clock.schedule(() => {}, 500)
          const output = await run(ctx, turn)
          stop()
          return output
        }),
    },
  ],
  ...(['by somebody', 'for a reason that is a stop reason', 'at a deadline'] as const).map(
    (word): Broken => [
      `writes down another stop for an abort ${word}`,
      new RegExp(`an abort ${word} leaves a record`),
      {
        createEngine: aborting((error) => {
          const record = error.partial && providerCalls(error.partial).at(-1)
          if (error.partial === undefined || record === undefined) return error
          return remade(error, { partial: withProviderCall(error.partial, { ...record, stop: 'end_turn' }) })
        }),
      },
    ],
  ),
  [
    'hangs for good',
    /ends a call that is stuck/,
    { stuck: { createEngine: () => scripted({ text: 'Once ' }, { hang: 'deaf' }) } },
  ],
  [
    'fails with any error',
    /a failure is an EngineError/,
    { failure: { createEngine: failingWith(() => new Error('oh')) } },
  ],
  [
    'fails without what it said',
    /a failure is an EngineError/,
    { failure: { createEngine: failingWith((error) => remade(error, { partial: undefined })) } },
  ],
  [
    'says that nothing was seen of what failed',
    /a failure is an EngineError/,
    { failure: { createEngine: failingWith((error) => withFacts(error, { visible: false })) } },
  ],
  [
    'fails in the middle of a text, and does not say so',
    /a failure keeps the grammar/,
    {
      failure: {
        createEngine: (): Engine => ({
          ...heedless(),
          async runInference(ctx, turn) {
            startProviderCall(ctx, turn, heedless().info).text().append('Once')
            throw new EngineError('network', 'gone', { partial: turn, visible: true })
          },
        }),
      },
    },
  ],
  [
    'forgets that a failed call was made',
    /a failure leaves a record/,
    {
      failure: {
        createEngine: failingWith((error) =>
          remade(error, {
            partial: error.partial && { ...error.partial, metadata: { 'conformance.fact': { by: 'somebody else' } } },
          }),
        ),
      },
    },
  ],
  [
    'says more after a failure',
    /a failure leaves no timer/,
    {
      failure: {
        createEngine: () =>
          bent(
            (run) => (ctx, turn) => run(ctx, turn).finally(() => setTimeout(() => published(ctx, turn), 1)),
            failing,
          ),
      },
    },
  ],
]

describe('a broken engine fails the case of the rule that it breaks', () => {
  const all = [...broken, ...brokenOtherwise]

  it.each(all)('%s', async (_, rule, changes) => {
    const found = engineConformance({ ...unknownUsage, limitMs: 100, ...changes }).filter(({ name }) => rule.test(name))
    expect(found).toHaveLength(1)
    for (const { name, run } of found) await expect(run()).rejects.toThrow(name)
  })

  it('so that every case has caught one, but those of tool calls that are as those of an answer', () => {
    const rest = engineConformance(good).filter(({ name }) => !all.some(([, rule]) => rule.test(name)))
    expect(
      rest.map(({ name }) => name).filter((name) => !/tool calls (keeps|comes|has|leaves|states|is)/.test(name)),
    ).toEqual([])
  })
})

import type { Engine, Middleware } from '@geppetto/engine'
import type { RunResult } from '@geppetto/session'
import type { ToolExecution, ToolExecutionRequest } from '@geppetto/tools'
import {
  appendBlocks,
  assistantBlock,
  type Block,
  providerCalls,
  type Turn,
  textPart,
  toolCallBlock,
  toolResultBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { ScriptedCall } from '../src/scripted-engine.ts'
import {
  createLab,
  expectClean,
  type Lab,
  type LabOptions,
  outcomesIn,
  textsIn,
  until,
  workTool,
} from './run-lab.test-helper.ts'

type Returned = (sent: Turn, news: readonly Block[]) => Turn

/** An engine that tells nobody of what it says: once it calls the tool, then it answers. It misbehaves at its second prompt. */
function careless(returned: Returned): Engine {
  return {
    info: { api: 'a', host: 'h', model: 'm' },
    async runInference(_, turn) {
      const said = turn.blocks.findLastIndex((block) => block.kind === 'user')
      const hasWorked = turn.blocks.slice(said).some((block) => block.kind === 'tool-result')
      const input = { state: 'parsed', value: {} } as const
      const call = toolCallBlock({ callId: `c${turn.blocks.length}`, name: 'work', input })
      const news = hasWorked ? [assistantBlock('done')] : [assistantBlock('so far'), call]
      const prompts = turn.blocks.filter((block) => block.kind === 'user').length
      return prompts === 2 ? returned(turn, news) : appendBlocks(turn, ...news)
    },
  }
}

/** What an engine returns, how the run ends, and how often its tool is run: only where that can be kept. */
const engines: readonly { what: string; returned: Returned; ends: string; works: number }[] = [
  {
    what: 'a deep copy',
    returned: (sent, news) => structuredClone(appendBlocks(sent, ...news)),
    ends: 'completed',
    works: 1,
  },
  {
    what: 'news that all have one id',
    returned: (sent, news) => appendBlocks(sent, ...news.map((block) => ({ ...block, id: 'same' }))),
    ends: 'completed',
    works: 1,
  },
  {
    what: 'news under ids that are taken',
    returned: (sent, news) =>
      appendBlocks(sent, ...news.map((block, at) => ({ ...block, id: sent.blocks[at]?.id ?? '' }))),
    ends: 'completed',
    works: 1,
  },
  {
    what: 'a prompt with other words',
    returned: (sent, news) => {
      const blocks = sent.blocks.map((block) =>
        block.kind === 'user' ? { ...block, content: [textPart('else')] } : block,
      )
      return appendBlocks({ ...sent, blocks }, ...news)
    },
    ends: 'completed',
    works: 1,
  },
  {
    what: 'every block twice',
    returned: (sent, news) => ({ ...sent, blocks: [...sent.blocks, ...sent.blocks, ...news] }),
    ends: 'failed invalid_turn',
    works: 0,
  },
  {
    what: 'the blocks turned round',
    returned: (sent, news) => ({ ...sent, blocks: [...sent.blocks.toReversed(), ...news] }),
    ends: 'failed invalid_turn',
    works: 0,
  },
  {
    what: 'a call with the id of an older one',
    returned: (sent, news) =>
      appendBlocks(sent, ...news.map((block) => (block.kind === 'tool-call' ? { ...block, callId: 'c1' } : block))),
    ends: 'failed invalid_turn',
    works: 0,
  },
  {
    what: 'only what is new',
    returned: (sent, news) => ({ ...sent, blocks: news }),
    ends: 'failed turn_shrunk',
    works: 0,
  },
  {
    what: 'all but the first block',
    returned: (sent, news) => ({ ...sent, blocks: [...sent.blocks.slice(1), ...news] }),
    ends: 'failed turn_shrunk',
    works: 0,
  },
]

function endOf(result: RunResult): string {
  const error: unknown = result.status === 'failed' ? result.error : undefined
  return error instanceof Error && 'code' in error ? `${result.status} ${error.code}` : result.status
}

describe('an engine of somebody else that returns', () => {
  it.each(engines)('$what: $ends, with everything that was there before', async ({ returned, ends, works }) => {
    let worked = 0
    const tools = [workTool(() => ++worked)]
    const lab = createLab({ parts: { base: careless(returned), tools }, store: () => ({}) })
    const { turn: before } = await until(lab.clock, lab.submit('first').wait())
    worked = 0
    const result = await until(lab.clock, lab.submit('second').wait())
    expect([endOf(result), worked]).toEqual([ends, works])
    expect(result.turn.blocks.slice(0, before.blocks.length)).toEqual(before.blocks)
    expect(lab.session.getTurn(0)).toEqual(before)
    await expectClean(lab, result)
  })
})

const works: ScriptedCall = [{ text: 'so far' }, { toolCall: 'work', input: {} }]

/** What a middleware does with the call, how often the provider is called in the run, and how often the tool is run. */
const middlewares: readonly {
  what: string
  middleware: Middleware
  script?: LabOptions['script']
  calls: number
  worked: number
}[] = [
  {
    what: 'calls the provider again after an answer, for the same turn',
    middleware: (next) => async (ctx, turn) => {
      await next(ctx, turn)
      return next(ctx, turn)
    },
    calls: 4,
    worked: 1,
  },
  {
    what: 'calls the provider again, for the turn that it got',
    middleware: (next) => async (ctx, turn) => next(ctx, await next(ctx, turn)),
    script: (_, call) => (call === 2 ? works : [{ text: 'done' }]),
    calls: 4,
    worked: 1,
  },
  {
    what: 'calls the provider twice side by side and takes the first answer',
    middleware: (next) => async (ctx, turn) => (await Promise.all([next(ctx, turn), next(ctx, turn)]))[0] ?? turn,
    calls: 4,
    worked: 1,
  },
  {
    what: 'takes whichever answer is faster, and leaves the other',
    middleware: (next) => (ctx, turn) => Promise.race([next(ctx, turn), next(ctx, turn)]),
    script: (turn, call) => {
      const hasWorked = turn.blocks.some((block) => block.kind === 'tool-result')
      const slow = [{ text: 'slow so far' }, { delayMs: 50 }, { text: 'late' }]
      return call % 2 === 0 ? slow : hasWorked ? [{ text: 'done' }] : works
    },
    calls: 4,
    worked: 1,
  },
  {
    what: 'answers itself where the provider fails',
    middleware: (next) => async (ctx, turn) => {
      try {
        return await next(ctx, turn)
      } catch {
        return appendBlocks(turn, assistantBlock('sorry'))
      }
    },
    script: () => [{ text: 'so far' }, { toolCall: 'work', input: {} }, { fail: 'overloaded' }],
    calls: 1,
    worked: 0,
  },
]

describe('a middleware that', () => {
  it.each(middlewares)('$what loses nothing that was seen', async ({ middleware, script, calls, worked }) => {
    let count = 0
    const parts = { tools: [workTool(() => ++count)], middlewares: [middleware] }
    const lab: Lab = createLab({ parts, ...(script === undefined ? undefined : { script }), store: () => ({}) })
    const result = await until(lab.clock, lab.submit().wait())
    expect([result.status, count, lab.engine.received.length]).toEqual(['completed', worked, calls])
    expect(providerCalls(result.turn)).toHaveLength(calls)
    const { clock, sink } = lab
    await clock.advance(60_000)
    expect(sink.events.at(-1)?.type).toBe('run-finished')
    sink.assertComplete()
    await expectClean(lab, result)
  })
})

const answer = (
  { callId, name }: { readonly callId: string; readonly name: string },
  outcome: 'ok' | 'pending' = 'ok',
) => toolResultBlock({ callId, name, outcome, content: 'worked' })

const executors: readonly {
  what: string
  answers: (calls: ToolExecutionRequest['calls']) => unknown
  ends: string
  outcomes: readonly string[]
}[] = [
  {
    what: 'every call twice',
    answers: (calls) => ({ results: calls.flatMap((call) => [answer(call), answer(call)]) }),
    ends: 'failed wrong_results',
    outcomes: ['ok'],
  },
  {
    what: 'the call of somebody else too',
    answers: (calls) => ({
      results: [...calls.map((call) => answer(call)), answer({ callId: 'other', name: 'work' })],
    }),
    ends: 'failed wrong_results',
    outcomes: ['ok'],
  },
  {
    what: 'the call of somebody else alone',
    answers: () => ({ results: [answer({ callId: 'other', name: 'work' })] }),
    ends: 'failed wrong_results',
    outcomes: ['unknown'],
  },
  { what: 'no call', answers: () => ({ results: [] }), ends: 'failed wrong_results', outcomes: ['unknown'] },
  { what: 'with nothing at all', answers: () => undefined, ends: 'failed wrong_results', outcomes: ['unknown'] },
  { what: 'with no list', answers: () => ({ results: 'ok' }), ends: 'failed wrong_results', outcomes: ['unknown'] },
  { what: 'with nulls', answers: () => ({ results: [null] }), ends: 'failed wrong_results', outcomes: ['unknown'] },
  {
    what: 'that it waits',
    answers: (calls) => ({ results: calls.map((call) => answer(call, 'pending')) }),
    ends: 'waiting',
    outcomes: ['pending'],
  },
]

describe('an executor of somebody else that answers', () => {
  it.each(executors)('$what: $ends', async ({ answers, ends, outcomes }) => {
    // True in the one case where it keeps its contract: the others are what is tested.
    const execute = async (_: unknown, { calls }: ToolExecutionRequest) => answers(calls) as ToolExecution
    const lab = createLab({ parts: { toolExecutor: { execute } }, store: () => ({}) })
    const result = await until(lab.clock, lab.submit().wait())
    expect([endOf(result), ...outcomesIn(result.turn)]).toEqual([ends, ...outcomes])
    expect(textsIn(result.turn)).toEqual(['so far'])
    await expectClean(lab, result)
  })
})

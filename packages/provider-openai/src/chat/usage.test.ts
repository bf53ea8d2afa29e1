import type { DecoderOutput } from '@geppetto/engine'
import { providerCalls, usageTotals } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk } from './chat.test-helper.ts'
import { decodeStream } from './decode.ts'

const done = '[DONE]'

function unused(): never {
  throw new Error('usage alone says nothing')
}

const unusedOutput: DecoderOutput = {
  ...{ text: unused, reasoning: unused, toolCall: unused, serverTool: unused, stop: unused, fail: unused },
  update: unused,
}

describe('usage', () => {
  it.each([
    ['x_groq', { x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2 } }, choices: [] }],
    ['the choice', { choices: [{ index: 0, delta: {}, usage: { prompt_tokens: 1, completion_tokens: 2 } }] }],
  ])('is found on %s', async (_where, last) => {
    const { turn } = await answerChunks([chunk({ content: 'x' }, 'stop'), last, done])
    expect(providerCalls(turn)[0]?.usage).toMatchObject({ input: { uncached: 1 }, output: { text: 2 } })
  })

  it('has disjoint counters, with what is not stated absent', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 20 },
    }
    const { turn } = await answerJson({ choices: [{ message: { content: 'x' }, finish_reason: 'stop' }], usage })
    expect(providerCalls(turn)[0]?.usage).toMatchObject({
      input: { uncached: 30, cacheRead: 60, cacheWrite: 10 },
      output: { text: 10, reasoning: 20 },
    })
  })

  it.each([
    ['Moonshot', { cached_tokens: 8 }],
    ['others', { num_cached_tokens: 8 }],
  ])('counts hits of the cache beside the details, as %s', async (_who, more) => {
    const usage = { prompt_tokens: 10, completion_tokens: 2, ...more }
    const { turn } = await answerChunks([{ ...chunk({ content: 'x' }, 'stop'), usage }, done])
    expect(providerCalls(turn)[0]?.usage).toMatchObject({ input: { uncached: 2, cacheRead: 8 } })
  })

  it('that comes in pieces is put together: what is not said again stays', async () => {
    const said = [
      { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } },
      { completion_tokens: 3, prompt_tokens_details: { audio_tokens: 0, cached_tokens: null } },
      {},
    ]
    const chunks = said.map((usage) => ({ choices: [], usage }))
    const { turn } = await answerChunks([chunk({ content: 'x' }, 'stop'), ...chunks, done])
    expect(providerCalls(turn)[0]?.usage).toMatchObject({
      input: { uncached: 6, cacheRead: 4 },
      output: { text: 3 },
      source: 'reported',
      raw: { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 } },
    })
  })

  it.each([
    ['more was read from the cache than there was', { prompt_tokens_details: { cached_tokens: 50 } }, [10, 5]],
    ['more was cached than there was', { prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 8 } }, [10, 5]],
    ['more was thought than was said', { completion_tokens_details: { reasoning_tokens: 9 } }, [10, 5]],
    [
      'reasoning stands beside, less of it',
      { completion_tokens_details: { reasoning_tokens: 2 }, total_tokens: 17 },
      [10, 7],
    ],
    [
      'reasoning stands beside, more of it',
      { completion_tokens_details: { reasoning_tokens: 9 }, total_tokens: 24 },
      [10, 14],
    ],
    [
      'without a total, it does not fit in',
      { completion_tokens_details: { reasoning_tokens: 9 }, total_tokens: null },
      [10, 14],
    ],
    [
      'without a total, it fits in',
      { completion_tokens_details: { reasoning_tokens: 2 }, total_tokens: null },
      [10, 5],
    ],
  ])('adds up to what is stated where %s', async (_what, more, [input, output]) => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, ...more }
    const { turn } = await answerJson({ choices: [{ message: {} }], usage })
    const [record] = providerCalls(turn)
    expect(record?.usage && usageTotals(record.usage)).toMatchObject({ input, output })
  })

  it('has no counts below zero, and no parts of a token', async () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: -1,
      prompt_tokens_details: { cached_tokens: -4 },
      completion_tokens_details: { reasoning_tokens: 0.5 },
    }
    const { turn } = await answerJson({ choices: [{ message: {} }], usage })
    expect(providerCalls(turn)[0]?.usage).toMatchObject({ source: 'partial' })
    expect(providerCalls(turn)[0]?.usage?.input).toEqual({ uncached: 10 })
    expect(providerCalls(turn)[0]?.usage?.output).toEqual({})
  })

  it('takes no word of a zero that routers fill in for what was written to a cache', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cache_write_tokens: 0 } }
    const { turn } = await answerJson({ choices: [{ message: {} }], usage })
    expect(providerCalls(turn)[0]?.usage?.input).toEqual({ uncached: 10 })
  })

  it('in each chunk is told once, the last', async () => {
    const told: object[] = []
    const output: DecoderOutput = {
      ...unusedOutput,
      update: ({ usage }) => void (usage !== undefined && told.push(usage)),
    }
    const decoder = decodeStream(output)
    for (const completion_tokens of [1, 2, 3])
      decoder.event('message', JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens } }))
    decoder.end()
    expect(told).toMatchObject([{ output: { text: 3 } }])
  })

  it('is kept of an answer that failed or broke off', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 2 }
    const said = { ...chunk({ content: 'x' }), usage }
    for (const rest of [[], [{ error: { message: 'No' } }]])
      expect(providerCalls((await answerChunks([said, ...rest])).turn)[0]?.usage).toMatchObject({ output: { text: 2 } })
  })

  it('is partial when half of it is missing', async () => {
    const { turn } = await answerJson({ choices: [{ message: {} }], usage: { completion_tokens: 3 } })
    expect(providerCalls(turn)[0]?.usage).toMatchObject({ input: {}, output: { text: 3 }, source: 'partial' })
  })
})

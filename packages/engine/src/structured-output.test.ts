import {
  appendBlocks,
  assistantBlock,
  createTurn,
  providerCallsKey,
  structuredOutputKey,
  type Turn,
  userBlock,
  withMetadata,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isEngineError, parseOutput, withOutputSchema } from './index.ts'

const weather = z.object({ city: z.string(), degrees: z.number() })

function answered(text: string, facts: { readonly refusal?: true } = {}): Turn {
  return appendBlocks(createTurn(), userBlock('The weather?'), assistantBlock(text, facts))
}

function failureOf(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    if (isEngineError(error)) return error
    throw error
  }
  throw new Error('it did not throw')
}

describe('withOutputSchema', () => {
  it('writes the form of the answer into the data of the turn, and nothing else', () => {
    const turn = createTurn()
    const asking = withOutputSchema(turn, weather)
    expect(structuredOutputKey.read(asking.data)).toEqual({
      name: 'answer',
      schema: {
        type: 'object',
        properties: { city: { type: 'string' }, degrees: { type: 'number' } },
        required: ['city', 'degrees'],
      },
    })
    expect(turn.data).toEqual({})
  })

  it('refuses a name that no API takes, and a schema that cannot describe itself', () => {
    expect(failureOf(() => withOutputSchema(createTurn(), weather, 'the answer'))).toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('"the answer"'),
    })
    const mute = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
    // The compiler refuses it; a program without types gets the same word.
    expect(() => Reflect.apply(withOutputSchema, undefined, [createTurn(), mute])).toThrow(
      'cannot say what it is as JSON Schema',
    )
  })
})

describe('parseOutput', () => {
  it('reads the answer of a turn and of a result', () => {
    const turn = answered('{"city":"Paris","degrees":21}')
    expect(parseOutput(turn, weather)).toEqual({ city: 'Paris', degrees: 21 })
    expect(parseOutput({ turn }, weather).degrees).toBe(21)
  })

  it('reads an answer that came in several texts', () => {
    const turn = appendBlocks(answered('{"city":"Par'), assistantBlock('is","degrees":21}'))
    expect(parseOutput(turn, weather).city).toBe('Paris')
  })

  it('gives what the schema makes of the value', () => {
    const doubled = z.object({ n: z.number().transform((n) => n * 2) })
    expect(parseOutput(answered('{"n":4}'), doubled)).toEqual({ n: 8 })
  })

  it('says what is not JSON, and keeps the turn', () => {
    const turn = answered('It is warm.')
    expect(failureOf(() => parseOutput(turn, weather))).toMatchObject({
      code: 'invalid_output',
      message: 'the answer is not JSON: It is warm.',
      partial: turn,
      cause: expect.any(SyntaxError),
    })
  })

  it('clips a long answer in its message', () => {
    const { message } = failureOf(() => parseOutput(answered('x'.repeat(10_000)), weather))
    expect(message.length).toBeLessThan(300)
  })

  it('says that an answer is empty', () => {
    expect(failureOf(() => parseOutput(answered(''), weather)).message).toBe('the answer is not JSON: (empty)')
    expect(failureOf(() => parseOutput(createTurn(), weather)).message).toContain('(empty)')
  })

  it('names each place where the answer does not fit', () => {
    expect(failureOf(() => parseOutput(answered('{"city":7}'), weather))).toMatchObject({
      code: 'invalid_output',
      message: expect.stringMatching(/city: .*; degrees: .*\{"city":7\}/s),
    })
  })

  it('says that the model refused', () => {
    const turn = answered('I cannot help with that.', { refusal: true })
    expect(failureOf(() => parseOutput(turn, weather)).message).toBe(
      'the model refused, so the answer is not JSON: I cannot help with that.',
    )
  })

  it('refuses an asynchronous schema, whose own failure then disturbs nobody', async () => {
    const slow = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (): Promise<{ value: number }> => Promise.reject(new Error('too late')),
      },
    } as const
    expect(failureOf(() => parseOutput(answered('1'), slow))).toMatchObject({ code: 'invalid_options' })
    // An unhandled rejection would be reported by now, and fail the test run.
    await new Promise((resolve) => setTimeout(resolve, 5))
  })
})

describe('parseOutput of a run', () => {
  const turn = answered('{"city":"Par')

  it('throws what the run failed with, and nothing of its own', () => {
    const error = new Error('the provider is gone')
    expect(() => parseOutput({ turn, status: 'failed', stop: 'error', error }, weather)).toThrow(error)
  })

  it('says that the run was cancelled, or waits', () => {
    expect(failureOf(() => parseOutput({ turn, status: 'cancelled', stop: 'deadline' }, weather))).toMatchObject({
      code: 'cancelled',
      message: 'there is no answer, as the run was cancelled (deadline)',
      partial: turn,
    })
    expect(failureOf(() => parseOutput({ turn, status: 'waiting', stop: 'tool_calls' }, weather))).toMatchObject({
      code: 'invalid_output',
      message: 'there is no answer yet, as the run waits for tool calls',
    })
  })

  it('says that the answer was cut off at the token limit, by the result or by the record of the call', () => {
    const message =
      'the answer was cut off at the token limit (see maxOutputTokens), so the answer is not JSON: {"city":"Par'
    expect(failureOf(() => parseOutput({ turn, status: 'completed', stop: 'max_tokens' }, weather)).message).toBe(
      message,
    )
    const call = { id: 'c', api: 'a', host: 'h', model: 'm', startedAt: 1, finishedAt: 2 }
    const record = { ...call, outcome: 'completed' as const, stop: 'max_tokens' as const }
    expect(failureOf(() => parseOutput(withMetadata(turn, providerCallsKey, [record]), weather)).message).toBe(message)
    const damaged = createTurn({ ...turn, metadata: { [providerCallsKey.name]: 'x' } })
    expect(failureOf(() => parseOutput(damaged, weather)).message).toBe('the answer is not JSON: {"city":"Par')
  })

  it('has the issues of an answer that does not fit as a field', () => {
    expect(failureOf(() => parseOutput(answered('{"city":7}'), weather))).toMatchObject({
      issues: [{ path: ['city'] }, { path: ['degrees'] }],
    })
  })
})

describe('parseOutput of an answer in a code fence', () => {
  const json = '{"city":"Paris","degrees":21}'

  it.each([`\`\`\`json\n${json}\n\`\`\``, `\n\`\`\`\r\n${json}\r\n\`\`\`  \n`])('takes the fence off: %j', (text) => {
    expect(parseOutput(answered(text), weather)).toEqual({ city: 'Paris', degrees: 21 })
  })

  it.each([`Here it is:\n\`\`\`json\n${json}\n\`\`\``, `\`\`\`\n${json}\n\`\`\`\n\`\`\`\n${json}\n\`\`\``])(
    'does not look for one in other text, nor choose one of two: %j',
    (text) => {
      expect(failureOf(() => parseOutput(answered(text), weather))).toMatchObject({ code: 'invalid_output' })
    },
  )
})

import { createToolExecutor } from '@geppetto/tools'
import { toolCallBlock, toolResultBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { isBuilderError } from './builder-error.ts'
import { checkResults } from './check-results.ts'

const call = (callId: string) => toolCallBlock({ callId, name: 'pay', input: { state: 'parsed', value: {} } })
const result = (callId: string, content = 'done') => toolResultBlock({ callId, name: 'pay', outcome: 'ok', content })
const calls = [call('a'), call('b')]
const executor = createToolExecutor()
const check = (answer: unknown) => checkResults(executor, calls, answer, undefined)

describe('an executor is held to one result per call', () => {
  it('and is right to answer in any order', () => {
    const results = [result('b'), result('a')]
    expect(check({ results })).toEqual({ results, problem: undefined })
  })

  it.each([
    ['one missing', [result('a')], /no result of call b of pay/, ['a']],
    [
      'one that nobody asked for',
      [result('a'), result('x'), result('b')],
      /call x, which it was not given/,
      ['a', 'b'],
    ],
    ['one twice', [result('a', 'first'), result('a'), result('b')], /a further result of call a/, ['a', 'b']],
    ['what is none', [result('a'), null, result('b')], /what is no result/, ['a', 'b']],
    ['no list', undefined, /it returned no list of results; no result of call a/, []],
  ])('%s: the executor is to blame, and the real results are kept', (_, results, message, kept) => {
    const checked = check({ results })
    expect(isBuilderError(checked.problem) && checked.problem.code).toBe('wrong_results')
    expect(checked.problem?.message).toMatch(message)
    expect(checked.results.map(({ callId }) => callId)).toEqual(kept)
  })

  it('by its name', () => {
    class Remote {
      execute = executor.execute
    }
    expect(checkResults(new Remote(), calls, undefined, undefined).problem?.message).toMatch(
      /^the tool executor Remote/,
    )
  })
})

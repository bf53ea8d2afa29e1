import { appendBlocks, toolResultBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk, type Outcome, prepareFor } from './chat.test-helper.ts'

const done = '[DONE]'
const callsOf = ({ answer }: Outcome) =>
  answer.filter((block) => block.kind === 'tool-call').map(({ name, input }) => [name, input])
const parsed = (value: unknown) => ({ state: 'parsed', value })

/** The calls as they go back to where they came from. */
function callsBack({ turn, answer }: Outcome): unknown {
  const results = answer
    .filter((block) => block.kind === 'tool-call')
    .map(({ callId, name }) => toolResultBlock({ callId, name, outcome: 'ok', content: 'R' }))
  return prepareFor(appendBlocks(turn, ...results)).messages[1]?.['tool_calls']
}

async function answerPieces(...pieces: readonly object[]): Promise<Outcome> {
  return await answerChunks([...pieces.map((piece) => chunk({ tool_calls: [piece] })), chunk({}, 'tool_calls'), done])
}

describe('pieces of a call', () => {
  it('may say the name behind arguments', async () => {
    const outcome = await answerPieces(
      { index: 0, id: 'a', function: { arguments: '{"x"' } },
      { index: 0, function: { name: 'f', arguments: ':1}' } },
    )
    expect(outcome.error).toBeUndefined()
    expect(callsOf(outcome)).toEqual([['f', parsed({ x: 1 })]])
  })

  it('may say the name behind all arguments', async () => {
    const outcome = await answerPieces(
      { index: 0, function: { arguments: '{"x":1}' } },
      { index: 0, function: { name: 'f' } },
    )
    expect(callsOf(outcome)).toEqual([['f', parsed({ x: 1 })]])
  })

  it('may say the name again in the middle of the arguments', async () => {
    const outcome = await answerPieces(
      { index: 0, id: '', function: { name: 'f', arguments: '{"x"' } },
      { index: 0, id: '', function: { name: 'f', arguments: ':1}' } },
    )
    expect(callsOf(outcome)).toEqual([['f', parsed({ x: 1 })]])
  })

  it('begin another call behind whole arguments, also of the same name', async () => {
    const outcome = await answerPieces(
      { index: 0, function: { name: 'f', arguments: '{"x":1}' } },
      { index: 0, function: { name: 'f', arguments: '{"x":2}' } },
    )
    expect(callsOf(outcome)).toEqual([
      ['f', parsed({ x: 1 })],
      ['f', parsed({ x: 2 })],
    ])
  })

  it('begin another call with another id, though the first has no name yet', async () => {
    const outcome = await answerPieces(
      { index: 0, id: 'a', function: { arguments: '{"x":1}' } },
      { index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } },
    )
    expect(outcome.error).toMatchObject({ code: 'protocol' })
  })
})

describe('what else a call may be', () => {
  it('is one of a free text, which goes back as it came', async () => {
    const whole = { id: 'a', type: 'custom', custom: { name: 'code', input: 'print("x")' } }
    const outcome = await answerPieces(
      { index: 0, id: 'a', type: 'custom', custom: { name: 'code', input: '' } },
      { index: 0, custom: { input: 'print(' } },
      { index: 0, custom: { input: '"x")' } },
    )
    expect(callsOf(outcome)).toEqual([['code', parsed('print("x")')]])
    expect(callsBack(outcome)).toEqual([whole])
    const inJson = await answerJson({ choices: [{ message: { tool_calls: [whole] }, finish_reason: 'tool_calls' }] })
    expect(callsBack(inJson)).toEqual([whole])
  })

  it('is the one function_call of old', async () => {
    const outcome = await answerChunks([
      chunk({ function_call: { name: 'f', arguments: '{"a"' } }),
      chunk({ function_call: { arguments: ':1}' } }),
      chunk({}, 'function_call'),
      done,
    ])
    expect(callsOf(outcome)).toEqual([['f', parsed({ a: 1 })]])
    const both = { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }
    const twice = await answerJson({
      choices: [{ message: { ...both, function_call: { name: 'f', arguments: '{}' } } }],
    })
    expect(callsOf(twice)).toEqual([['f', parsed({})]])
    expect((await answerJson({ choices: [{ message: { content: 'x', function_call: {} } }] })).error).toBeUndefined()
  })

  it('is one with more fields, which go back with it to where they came from', async () => {
    const extra_content = { google: { thought_signature: 'SIG' } }
    const outcome = await answerPieces(
      { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: null },
      { index: 0, extra_content },
    )
    expect(callsBack(outcome)).toEqual([
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content },
    ])
  })
})

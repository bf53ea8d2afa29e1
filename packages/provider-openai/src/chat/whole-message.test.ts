import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerChunks, answerJson, chunk } from './chat.test-helper.ts'

const call = (args: string, id = 'a') => ({ id, type: 'function', function: { name: 'f', arguments: args } })
/** The whole message, behind what came in pieces. */
const whole = (message: object, finish = 'stop') => ({ choices: [{ index: 0, message, finish_reason: finish }] })

describe('a whole message behind its pieces', () => {
  it('adds the calls that had not come', async () => {
    const { answer, turn } = await answerChunks([
      chunk({ content: 'I look' }),
      whole({ content: 'I look', tool_calls: [call('{"x":1}'), call('{"x":2}', 'b')] }, 'tool_calls'),
    ])
    expect(answer).toMatchObject([
      { text: 'I look' },
      { kind: 'tool-call', input: { value: { x: 1 } }, native: { payload: { id: 'a' } } },
      { kind: 'tool-call', input: { value: { x: 2 } }, native: { payload: { id: 'b' } } },
    ])
    expect(providerCalls(turn)[0]?.stop).toBe('tool_calls')
  })

  it('adds what is missing of a call, and calls nothing twice', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, ...call('{"x"') }] }),
      chunk({ tool_calls: [{ index: 1, ...call('{"x": 2}', 'b') }] }),
      whole({ tool_calls: [call('{"x":1}'), call('{"x":2}', 'made new for the end')] }, 'tool_calls'),
    ])
    expect(answer).toMatchObject([{ input: { value: { x: 1 } } }, { input: { value: { x: 2 } } }])
    expect(answer).toHaveLength(2)
  })

  it('runs neither of two different inputs', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, ...call('{"x":1}') }] }),
      whole({ tool_calls: [call('{"x":2}')] }, 'tool_calls'),
    ])
    expect(answer).toMatchObject([{ input: { state: 'incomplete' }, complete: false }])
  })

  it('leaves a call that the token limit may have cut as it is', async () => {
    const { answer } = await answerChunks([
      chunk({ tool_calls: [{ index: 0, ...call('{"x":1}') }] }),
      whole({ content: 'I look', tool_calls: [call('{"x":1}')] }, 'length'),
    ])
    expect(answer).toMatchObject([{ input: { state: 'incomplete' }, complete: false }, { text: 'I look' }])
  })

  it('adds the rest of text, reasoning and refusal', async () => {
    const { answer } = await answerChunks([
      chunk({ reasoning_content: 'H' }),
      chunk({ content: 'A' }),
      whole({ reasoning_content: 'Hm', content: [{ type: 'text', text: 'Ab' }], refusal: 'No' }),
    ])
    expect(answer).toMatchObject([
      { kind: 'reasoning', text: 'H' },
      { kind: 'assistant', text: 'Ab' },
      { kind: 'reasoning', text: 'm' },
      { kind: 'assistant', text: 'No', refusal: true },
    ])
  })

  it('adds reasoning that only it has, with what goes back of it', async () => {
    const details = [{ type: 'reasoning.encrypted', data: 'SECRET' }]
    const { answer } = await answerChunks([
      chunk({ content: 'A' }),
      whole({ content: 'A', reasoning_details: details }),
    ])
    expect(answer).toMatchObject([{ text: 'A' }, { kind: 'reasoning', native: { payload: { details } } }])
  })

  it('adds the annotations that had not come', async () => {
    const [one, two] = [1, 2].map((n) => ({ type: 'url_citation', url_citation: { url: `https://example.com/${n}` } }))
    const { answer } = await answerChunks([
      chunk({ content: 'A', annotations: [one] }),
      whole({ content: 'A', annotations: [one, two] }),
    ])
    expect(answer).toMatchObject([{ citations: [{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }] }])
  })
})

describe('annotations', () => {
  const annotation = { type: 'url_citation', url_citation: { url: 'https://example.com' } }

  it('that are equal count as often as the message has them', async () => {
    const message = { content: 'A', annotations: [annotation, annotation] }
    const { answer } = await answerJson({ choices: [{ message, finish_reason: 'stop' }] })
    expect(answer).toMatchObject([{ citations: [{}, {}] }])
    expect(answer[0]).toHaveProperty('citations.length', 2)
  })

  it('of no text are kept', async () => {
    const message = { content: null, annotations: [annotation] }
    const { answer } = await answerJson({ choices: [{ message, finish_reason: 'stop' }] })
    expect(answer).toMatchObject([{ kind: 'assistant', text: '', citations: [{ url: 'https://example.com' }] }])
  })
})

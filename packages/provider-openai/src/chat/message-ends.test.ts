import { assistantBlock, type ContentPart, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { prepareFor, turnOf } from './chat.test-helper.ts'

const question = userBlock('Q')
const call = toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: {} } })
const image: ContentPart = { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png' }

describe('an answer that says nothing', () => {
  it.each(['', '   ', '\n'])('as %j is not sent, wherever it stands', (text) => {
    const { messages, codes } = prepareFor(turnOf(question, assistantBlock(text), userBlock('R'), assistantBlock(text)))
    expect(messages).toEqual([
      { role: 'user', content: 'Q' },
      { role: 'user', content: 'R' },
    ])
    expect(codes).toEqual(['empty-message-dropped', 'empty-message-dropped'])
  })

  it('beside a call or another text is left out of the message, and that is told', () => {
    const result = toolResultBlock({ callId: 'c', name: 'f', outcome: 'ok', content: 'R' })
    const beside = prepareFor(turnOf(question, assistantBlock(' '), call, result))
    expect(beside.messages[1]).toMatchObject({ role: 'assistant', content: null, tool_calls: [{}] })
    expect(beside.codes).toEqual(['empty-text-dropped'])
    const { messages, codes } = prepareFor(turnOf(question, assistantBlock(' '), assistantBlock('A'), userBlock('R')))
    expect(messages[1]).toEqual({ role: 'assistant', content: 'A' })
    expect(codes).toEqual(['empty-text-dropped'])
  })
})

describe('an answer at the end', () => {
  it('is marked where Mistral is to go on with it', () => {
    const turn = turnOf(question, assistantBlock('Well, '))
    expect(prepareFor(turn, { host: 'mistral' }).messages.at(-1)).toEqual({
      role: 'assistant',
      content: 'Well,',
      prefix: true,
    })
    expect(prepareFor(turn, { host: 'openai' }).messages.at(-1)).toEqual({ role: 'assistant', content: 'Well,' })
  })

  it('is not marked where something follows', () => {
    const turn = turnOf(question, assistantBlock('A'), userBlock('R'))
    expect(prepareFor(turn, { host: 'mistral' }).messages[1]).toEqual({ role: 'assistant', content: 'A' })
  })
})

describe('a result without words', () => {
  it.each(['error', 'cancelled', 'timed-out', 'denied'] as const)('tells that it is %s', (outcome) => {
    for (const content of [[image], []]) {
      const { messages } = prepareFor(
        turnOf(question, call, toolResultBlock({ callId: 'c', name: 'f', outcome, content })),
      )
      expect(messages[2]).toMatchObject({ role: 'tool', content: `The outcome is: ${outcome}.` })
    }
  })

  it('is empty where all went well', () => {
    const result = toolResultBlock({ callId: 'c', name: 'f', outcome: 'ok', content: [image] })
    expect(prepareFor(turnOf(question, call, result)).messages[2]).toMatchObject({ role: 'tool', content: '' })
  })
})

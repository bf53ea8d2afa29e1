import { listIn, objectIn, parseJsonObject, textIn } from '@geppetto/engine'
import { appendBlocks, isJsonObject, type JsonObject, textPart, toolResultBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { type Recording, readRecordings } from '../recordings.test-helper.ts'
import { answerBytes, prepareFor } from './chat.test-helper.ts'

const recordings = readRecordings('openai-chat')

/** Pairs of exchanges where the second sends back what the first had called. */
const links = [...recordings.values()].flatMap((first) => {
  const second = recordings.get(nameOfNext(first.name))
  return second !== undefined && listIn(first.expected, 'toolCalls').length > 0 && first.expected['complete'] === true
    ? [{ name: first.name, first, second }]
    : []
})

describe.each(links)('after $name', ({ first, second }) => {
  it('the next request says what the provider accepted', async () => {
    const { response, expected } = first
    const accepted = listIn(second.request?.body, 'messages').filter((message) => isJsonObject(message))
    const ids = listIn(expected, 'toolCalls').map((call) => textIn(call, 'id') ?? '')
    const resultOf = (id: string) => accepted.find((message) => message['tool_call_id'] === id)
    const { turn, answer } = await answerBytes([new TextEncoder().encode(response.body)], response)
    const calls = answer.filter((block) => block.kind === 'tool-call')
    const results = calls.map(({ callId, name }, index) => {
      const content = [textPart(textIn(resultOf(ids[index] ?? ''), 'content') ?? '')]
      return toolResultBlock({ callId, name, outcome: 'ok', content })
    })
    const { messages, codes } = prepareFor(appendBlocks(turn, ...results))
    const start = accepted.findIndex((message) => callIds(message).includes(ids[0] ?? ''))
    expect(messages.slice(1).map(meaningOf)).toEqual(
      accepted.slice(start, start + 1 + ids.length).map((message) => meaningOf(message)),
    )
    expect(codes).toEqual([])
  })
})

it('there are recorded pairs to compare', () => {
  expect(links.length).toBeGreaterThanOrEqual(8)
})

function nameOfNext(name: string): Recording['name'] {
  return name.replace(/\.(\d+)$/, (_all, turn: string) => `.${Number(turn) + 1}`)
}

function callIds(message: JsonObject): readonly (string | undefined)[] {
  return listIn(message, 'tool_calls').map((call) => textIn(call, 'id'))
}

/** Clients differ in how they say that there is nothing, and some write arguments anew. */
function meaningOf(message: JsonObject): JsonObject {
  const said = Object.entries(message).filter(([, value]) => value !== null && value !== '')
  const calls = listIn(message, 'tool_calls').map((call) => ({
    id: textIn(call, 'id'),
    name: textIn(objectIn(call, 'function'), 'name'),
    arguments: parseJsonObject(textIn(objectIn(call, 'function'), 'arguments') ?? ''),
  }))
  return { ...Object.fromEntries(said), ...(calls.length === 0 ? undefined : { tool_calls: calls }) }
}

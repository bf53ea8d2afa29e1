import { expect, it } from 'vitest'
import { formats } from './format.ts'
import { apis, parseAddress, scenarioAddress } from './scenario.ts'
import { textDeltas, textLength, toolArguments } from './text.ts'

it.each(apis)('an answer of %s says its text in as many deltas as were asked for', (api) => {
  const { events, eventsBeforeText } = formats[api]
  const said = events({ kind: 'text', deltas: 30 })
  const shorter = events({ kind: 'text', deltas: 29 })
  expect(said.length - shorter.length).toBe(1)
  for (const [index, delta] of textDeltas(30).entries())
    expect(said[eventsBeforeText + index]).toContain(JSON.stringify(delta))
})

it.each(apis)('the events of %s are blocks of lines that end in an empty one', (api) => {
  const answer = { kind: 'tools', step: 2, parallel: 2, noteDeltas: 3 } as const
  for (const event of formats[api].events(answer)) expect(event).toMatch(/^(event: [a-z._]+\n)?data: .+\n\n$/)
})

it('counts the results of tools in a request of each format', () => {
  const results = [{ type: 'tool_result' }, { type: 'text' }, { type: 'tool_result' }]
  expect(formats.chat.countResults({ messages: [{ role: 'tool' }, { role: 'user' }] })).toBe(1)
  expect(formats.responses.countResults({ input: [{ type: 'function_call_output' }, { role: 'user' }] })).toBe(1)
  expect(formats.anthropic.countResults({ messages: [{ content: results }, { content: 'text' }] })).toBe(2)
  expect(formats.responses.countResults({ input: 'a prompt' })).toBe(0)
})

it('a scenario comes out of its address as it went in', () => {
  const scenario = { deltas: 7, writeSize: 0, steps: 3, gapMs: 2, id: 9 }
  const address = new URL(`${scenarioAddress('http://127.0.0.1:1', scenario)}/chat/completions`)
  expect(parseAddress(address.pathname)).toEqual({ scenario, api: 'chat' })
  expect(parseAddress('/elsewhere')).toBeUndefined()
})

it('knows how long its texts are', () => {
  expect(textLength(100)).toBe(textDeltas(100).join('').length)
  expect(JSON.parse(toolArguments(40)).note).toHaveLength(textLength(40))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, damage } from '../conversation.test-helper.ts'
import {
  type ImportResult,
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
} from '../import.ts'
import { diagnoseTurn, isSameJson, parseTurn, stringifyTurn } from '../index.ts'
import { homeOptions, readFixture } from './import.test-helper.ts'

const importers: Readonly<Record<string, (messages: readonly unknown[]) => ImportResult>> = {
  importAISDKMessages: (messages) => importAISDKMessages(messages, homeOptions()),
  importAnthropicMessages: (messages) => importAnthropicMessages({ system: messages, messages }, homeOptions()),
  importOpenAIChatMessages: (messages) => importOpenAIChatMessages(messages, homeOptions()),
  importOpenAIResponsesItems: (messages) => importOpenAIResponsesItems(messages, homeOptions()),
}

const types = [
  ...['text', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result', 'image', 'document', 'server_tool_use'],
  ...['image_url', 'input_audio', 'file', 'input_text', 'output_text', 'refusal', 'message', 'reasoning', 'tool-f'],
  ...['function_call', 'function_call_output', 'shell_call', 'shell_call_output', 'computer_call', 'web_search_call'],
  ...['tool-call', 'tool-result', 'tool-approval-request', 'tool-approval-response', 'step-start', 'source-url'],
]
const id = fc.constantFrom('1', '2')

/** What stands in messages, with the words of all the APIs, put together in any way. */
function wordsOf(inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const content = fc.oneof(fc.constantFrom('', 'said'), fc.array(inner, { maxLength: 3 }), anything)
  const fields = {
    role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'function'),
    type: fc.constantFrom(...types),
    content,
    parts: fc.array(inner, { maxLength: 3 }),
    text: fc.constantFrom('', 'said'),
    tool_calls: fc.array(inner, { maxLength: 2 }),
    function: fc.record({ name: fc.constant('f'), arguments: fc.constantFrom('{}', '{') }),
    ...{ id, call_id: id, tool_call_id: id, tool_use_id: id, toolCallId: id, approvalId: id },
    ...{ name: fc.constant('f'), toolName: fc.constant('f'), arguments: fc.constantFrom('{}', ''), input: anything },
    output: content,
    state: fc.constantFrom('input-streaming', 'input-available', 'approval-requested', 'output-available', 'streaming'),
    status: fc.constantFrom('completed', 'incomplete'),
    providerMetadata: fc.constant({ anthropic: { signature: 's' } }),
  }
  return fc.oneof({ weight: 9, arbitrary: fc.record(fields, { requiredKeys: [] }) }, anything)
}
const message = wordsOf(wordsOf(anything))

/** Of messages that are not its own an importer says whose they are; of all others it makes a sealed turn. */
function check(importMessages: () => ImportResult): void {
  let result: ImportResult
  try {
    result = importMessages()
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_value', message: expect.stringMatching(/: use import\w+/) })
    return
  }
  const { turn } = result
  expect(diagnoseTurn(turn)).toEqual([])
  expect(isSameJson(parseTurn(stringifyTurn(turn)), turn)).toBe(true)
}

describe.each(Object.entries(importers))('whatever it is given, %s', (_name, importMessages) => {
  it('makes a sealed turn of messages put together in any way', () => {
    fc.assert(fc.property(fc.array(message, { maxLength: 6 }), (messages) => check(() => importMessages(messages))))
  })

  it('makes a sealed turn of garbage', () => {
    fc.assert(
      fc.property(fc.array(fc.anything({ withBigInt: true, withDate: true })), (list) =>
        check(() => importMessages(list)),
      ),
    )
  })

  it('makes a sealed turn of damaged messages', () => {
    const place = fc.record({ where: fc.nat(30), depth: fc.nat(6), by: anything })
    fc.assert(
      fc.property(fc.constantFrom('ai-sdk-ui', 'ai-sdk-model'), fc.array(place, { maxLength: 4 }), (name, places) => {
        const messages = readFixture(name)
        for (const { where, depth, by } of places) damage(messages, where, depth, by)
        check(() => importMessages(messages))
      }),
      { numRuns: 60 },
    )
  })
})

import type { JsonValue } from '@geppetto/turns'
import { printTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { findMessages, importMessages } from './message-form.ts'

const user = { role: 'user', content: 'Hi' }

describe('findMessages', () => {
  it.each<[string, JsonValue, string]>([
    ['text alone', [user, { role: 'assistant', content: 'Hello' }], 'openai-chat'],
    ['tool_calls', [user, { role: 'assistant', tool_calls: [] }], 'openai-chat'],
    ['the body of a chat request', { model: 'm', messages: [user] }, 'openai-chat'],
    ['items', [user, { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }], 'openai-responses'],
    ['the body of a Responses request', { input: [user] }, 'openai-responses'],
    ['a system beside the messages', { system: 'Be kind.', messages: [user] }, 'anthropic'],
    ['tool_use', [{ role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] }], 'anthropic'],
    ['an image with its source', [{ role: 'user', content: [{ type: 'image', source: {} }] }], 'anthropic'],
    ['parts', [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], 'ai-sdk'],
    ['tool-call', [{ role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c' }] }], 'ai-sdk'],
    ['an image without one', [{ role: 'user', content: [{ type: 'image', image: 'x' }] }], 'ai-sdk'],
  ])('knows messages by %s', (_, json, form) => expect(findMessages(json)?.form).toBe(form))

  it.each<JsonValue>([null, 'text', {}, { messages: 'none' }])('finds none in %j', (json) =>
    expect(findMessages(json)).toBeUndefined(),
  )
})

describe('importMessages', () => {
  it.each<[JsonValue, string]>([
    [{ system: 'Be kind.', messages: [user] }, '[system] Be kind.\n[user] Hi\n'],
    [[{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], '[user] Hi\n'],
    [{ input: [user] }, '[user] Hi\n'],
    [[user], '[user] Hi\n'],
  ])('reads %j', (json, text) => {
    const found = findMessages(json)
    if (found === undefined) throw new Error('no messages')
    expect(printTurn(importMessages(found, found.form).turn)).toBe(text)
  })
})

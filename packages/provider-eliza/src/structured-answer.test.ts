import { type JsonObject, type JsonValue, toolCallBlock, toolResultBlock } from '@geppetto/turns'
import { expect, it } from 'vitest'
import type { Exchange } from './conversation.ts'
import { structuredAnswer } from './structured-answer.ts'

function answer(schema: JsonObject, text: string, exchanges: readonly Exchange[] = []): JsonValue {
  return structuredAnswer(schema, { text, media: [], saidAt: 0, exchanges }, 'In what way?')
}

function object(properties: JsonObject, required = Object.keys(properties)): JsonObject {
  return { type: 'object', properties, required }
}

it('fills the form from the prompt', () => {
  const schema = object({ name: { type: 'string' }, age: { type: 'integer' }, mood: { enum: ['glad', 'sad'] } })
  expect(answer(schema, 'My name is Ada, I am sad and my age is 36')).toEqual({ name: 'Ada', age: 36, mood: 'sad' })
})

it('leaves out what need not be said and nobody said', () => {
  expect(answer(object({ city: { type: 'string' }, unit: { enum: ['c', 'f'] } }, ['city']), 'Paris, please')).toEqual({
    city: 'Paris',
  })
})

it('speaks where a reply is asked for', () => {
  expect(answer(object({ reply: { type: 'string' } }), 'Men are all alike.')).toEqual({ reply: 'In what way?' })
  expect(answer({ type: 'string' }, 'Men are all alike.')).toBe('In what way?')
})

it('takes what a tool said under the same name', () => {
  const call = toolCallBlock({ callId: 'c', name: 't', input: { state: 'parsed', value: {} } })
  const result = toolResultBlock({
    callId: 'c',
    name: 't',
    outcome: 'ok',
    content: '{"degrees":18,"rain":true,"note":7}',
  })
  const schema = object({ degrees: { type: 'number' }, rain: { type: 'boolean' }, note: { type: 'string' } })
  expect(answer(schema, '', [{ call, result }])).toEqual({ degrees: 18, rain: true, note: '' })
})

it.each<[JsonObject, JsonValue]>([
  [{ type: 'integer', minimum: 5 }, 5],
  [{ type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.5],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.5],
  [{ type: 'integer', maximum: -3 }, -3],
  [{ type: 'integer', minimum: 7, multipleOf: 5 }, 10],
  [{ type: ['null', 'boolean'] }, false],
  [{ type: 'null' }, null],
  [{ const: 4 }, 4],
  [{ type: 'array', items: { type: 'integer' }, minItems: 2 }, [0, 0]],
  [{ type: 'string', format: 'date' }, '1970-01-01'],
  [
    { anyOf: [{ type: 'null' }, { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'] }] },
    { a: false },
  ],
  [{}, ''],
  [object({ self: { $ref: '#' } }), expect.anything()],
])('gives the least that fits %j', (schema, value) => {
  expect(answer(schema, '')).toEqual(value)
})

it('keeps to the length of a text', () => {
  expect(answer(object({ reply: { type: 'string', maxLength: 4 } }), '')).toEqual({ reply: 'In w' })
  expect(answer(object({ code: { type: 'string', minLength: 3 } }), '')).toEqual({ code: '---' })
})

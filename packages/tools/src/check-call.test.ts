import { toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checkCall } from './check-call.ts'
import { defineTool } from './define-tool.ts'
import { call } from './executor.test-helper.ts'
import { createToolRegistry } from './registry.ts'

const input = z.object({ city: z.string(), days: z.array(z.number()).default([1]) })
const weather = defineTool({ name: 'get_weather', description: 'The weather.', input })
const registry = createToolRegistry([
  weather,
  defineTool({ name: 'time', description: 'The time.', input: z.object({}) }),
])

describe('checkCall', () => {
  it('gives the input as the schema returned it, and as the model wrote it', async () => {
    expect(await checkCall(call('get_weather', 'c1', { city: 'Paris' }), registry)).toEqual({
      callId: 'c1',
      tool: weather,
      input: { city: 'Paris', days: [1] },
      rawInput: { city: 'Paris' },
    })
  })

  it('tells a model whose arguments were cut off to send the call again', async () => {
    const block = toolCallBlock({
      callId: 'c1',
      name: 'get_weather',
      input: { state: 'incomplete', raw: '{"city":"Paris"}' },
    })
    expect(await checkCall(block, registry)).toMatchObject({
      code: 'invalid_input',
      message: 'Not run: the arguments were cut off before their end. Send the call again, whole.',
    })
  })

  it('tells a model that wrote no JSON what is wrong with it', async () => {
    const block = toolCallBlock({ callId: 'c1', name: 'get_weather', input: { state: 'malformed', raw: '{"city":}' } })
    const error = await checkCall(block, registry)
    expect(error).toMatchObject({ code: 'invalid_input' })
    expect(error).toHaveProperty('message', expect.stringMatching(/not valid JSON \(.*token.*\)\. Send the call again/))
  })

  it('names the issues of arguments that do not fit, by path', async () => {
    expect(await checkCall(call('get_weather', 'c1', { city: 1, days: [1, 'x'] }), registry)).toMatchObject({
      code: 'invalid_input',
      toolName: 'get_weather',
      callId: 'c1',
      message: expect.stringMatching(/schema: city: .*; days\[1\]: .*\. Correct them and call again\./),
    })
  })

  it('lists the known tools to a model that calls another', async () => {
    expect(await checkCall(call('weather', 'c1'), registry)).toMatchObject({
      code: 'unknown_tool',
      message: 'Not run: there is no tool named weather; the tools are get_weather, time.',
    })
    expect(await checkCall(call('weather', 'c1'), createToolRegistry([]))).toHaveProperty(
      'message',
      'Not run: there is no tool named weather; there are no tools.',
    )
  })

  it('does not run what a schema failed to check', async () => {
    const broken = z.object({ a: z.string() }).superRefine(() => {
      throw new Error('no database')
    })
    const tools = createToolRegistry([defineTool({ name: 'a', description: 'A.', input: broken })])
    expect(await checkCall(call('a', 'c1', { a: '' }), tools)).toMatchObject({
      code: 'invalid_input',
      message: 'Not run: the arguments could not be checked: no database',
    })
  })
})

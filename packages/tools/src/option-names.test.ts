import { expect, it } from 'vitest'
import { z } from 'zod'
import { assertToolConfig, createToolExecutor, defineTool } from './index.ts'

it.each([
  ['inputSchema', 'The schema of the arguments is input.'],
  ['parameters', 'The schema of the arguments is input.'],
  ['timeout', 'Did you mean timeoutMs?'],
  ['descripton', 'Did you mean description?'],
])('a tool with an option that there is not is refused with what is meant: %s', (name, message) => {
  const options = { name: 'f', description: 'd', input: z.object({}), [name]: z.object({}) }
  expect(() => defineTool(options)).toThrow(
    expect.objectContaining({
      code: 'invalid_tool',
      message: expect.stringContaining(`tool f: there is no option ${name}. ${message}`),
    }),
  )
})

it.each([
  ['{"toolChoice":"none"}', 'there is no option toolChoice. It is choice.'],
  ['{"maxParalel":1}', 'Did you mean maxParallel?'],
  ['{"retries":{"max":1,"backOff":5}}', 'Did you mean retries.backoffMs?'],
])('so is a config: %s', (json, message) => {
  expect(() => assertToolConfig(JSON.parse(json))).toThrow(
    expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(message) }),
  )
})

it.each([
  [
    { authorize: () => ({ decision: 'deny', reason: 'no' }) },
    'there is no option authorize. It is hooks: { authorize }',
  ],
  [{ hooks: { authorise: () => ({ decision: 'deny', reason: 'no' }) } }, 'Did you mean hooks.authorize?'],
  [{ hooks: { authorize: true } }, 'hooks.authorize must be a function, not true'],
  [{ hooks: 'authorize' }, 'hooks must be an object of functions'],
])('an executor whose hooks nobody would ask is refused, and does not run every call: %o', (options, message) => {
  const create: (options: object) => unknown = createToolExecutor
  expect(() => create(options)).toThrow(
    expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(message) }),
  )
})

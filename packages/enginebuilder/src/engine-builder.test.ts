import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { retry } from '@geppetto/middleware'
import { defineTool } from '@geppetto/tools'
import { createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { isBuilderError } from './builder-error.ts'
import { createEngineBuilder, type EngineBuilderOptions } from './engine-builder.ts'

const engine: Engine = { info: { api: 'none', host: 'embedded', model: 'none' }, runInference: async (_, turn) => turn }
const input = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
const tool = defineTool({
  name: 'f',
  description: 'Does.',
  input: {
    '~standard': {
      ...input['~standard'],
      jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
    },
  },
})
const turn = createTurn({ blocks: [userBlock('Hi')] })

describe('what is wrong with the options is said at once', () => {
  it.each([
    ['no engine', {}, /base must be an engine/],
    ['no iteration', { loopConfig: { maxIterations: 0 } }, /maxIterations/],
    ['half an iteration', { loopConfig: { maxIterations: 1.5 } }, /maxIterations/],
    ['two tools of one name', { tools: [tool, tool] }, /f/],
    ['a choice of a tool that is not there', { tools: [tool], toolConfig: { choice: { tool: 'g' } } }, /"g"/],
    ['a timeout of nothing', { toolConfig: { timeoutMs: 0 } }, /timeoutMs/],
    ['no attempt', { retry: { attempts: 0 } }, /attempts/],
    ['a retry that is none', { retry: true }, /retry must be false or the options/],
    ['a retry in two places', { retry: { attempts: 2 }, middlewares: [retry()] }, /not both/],
  ])('%s', (name, options, message) => {
    const whole = { ...(name === 'no engine' ? {} : { base: engine }), ...options }
    // Not true for the first: that is what is tested.
    expect(() => createEngineBuilder(whole as EngineBuilderOptions)).toThrow(message)
  })
})

describe('a runner used by itself', () => {
  it('runs without a session', async () => {
    const runner = await createEngineBuilder({ base: engine }).build(background(), 's')
    expect((await runner.runInference(background(), turn)).blocks).toEqual(turn.blocks)
  })

  it('says which engine returned no turn', async () => {
    // Not a turn: that is what is tested.
    const broken = { ...engine, runInference: async () => undefined as never }
    const runner = await createEngineBuilder({ base: broken }).build(background(), 's')
    await expect(runner.runInference(background(), turn)).rejects.toThrow(/engine none returned no turn/)
  })

  it('cannot show a request where there is no wire', async () => {
    const runner = await createEngineBuilder({ base: engine }).build(background(), 's')
    const error = await runner.prepare?.(background(), turn).catch((caught: unknown) => caught)
    expect(isBuilderError(error) && error.code).toBe('not_preparable')
  })
})

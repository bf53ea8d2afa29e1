import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { createToolRegistry } from './registry.ts'
import { assertToolConfig, executionLimits, type ToolConfig } from './tool-config.ts'

const registry = createToolRegistry([defineTool({ name: 'a', description: 'Does it.', input: z.object({}) })])

describe('assertToolConfig', () => {
  it.each<[string, ToolConfig]>([
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['maxParallel', { maxParallel: 0 }],
    ['maxParallel', { maxParallel: 1.5 }],
    ['retries.max', { retries: { max: -1, backoffMs: 1 } }],
    ['retries.backoffMs', { retries: { max: 1, backoffMs: Number.NaN } }],
    ['abortGraceMs', { abortGraceMs: -1 }],
  ])('refuses a wrong %s: %j', (field, config) => {
    expect(() => assertToolConfig(config)).toThrow(
      expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(`${field} must be`) }),
    )
  })

  it('refuses an error handling that only a JavaScript caller can give', () => {
    expect(() => Reflect.apply(assertToolConfig, undefined, [{ errorHandling: 'ignore' }])).toThrow(
      'continue, abort or retry',
    )
  })

  it('refuses a choice that names no tool and lists those that there are', () => {
    expect(() => assertToolConfig({ choice: { tool: 'b' } }, registry)).toThrow(
      expect.objectContaining({ code: 'unknown_tool', message: expect.stringContaining('the tools are a') }),
    )
    expect(() => assertToolConfig({ choice: { tool: 'a' } }, registry)).not.toThrow()
  })

  it('takes the empty config, whose defaults are the documented ones', () => {
    assertToolConfig({}, registry)
    expect(executionLimits({})).toEqual({
      timeoutMs: 60_000,
      maxParallel: 4,
      errorHandling: 'continue',
      retries: { max: 2, backoffMs: 200 },
      abortGraceMs: 1_000,
    })
  })
})

import { quote, type ToolChoice, unknownOption } from '@geppetto/turns'
import type { ToolRegistry } from './registry.ts'
import { ToolError } from './tool-error.ts'

/** How the tools of a run may be used. */
export interface ToolConfig {
  /** Whether tools are offered at all. Default true. */
  readonly enabled?: boolean
  /** Default `auto`. A forced choice (`required`, one tool) holds for the first provider call of a run only. */
  readonly choice?: ToolChoice
  /** For each attempt at a call, in milliseconds; a tool's own wins. Default 60,000. */
  readonly timeoutMs?: number
  /** How many calls run at the same time. Default 4. */
  readonly maxParallel?: number
  /**
   * What a failed call does: `continue` tells the model (default), `abort` ends the run as failed, `retry` tries again and then tells the
   * model. A call failed when its outcome is `error` or `timed-out`; what was denied or cancelled did not fail.
   */
  readonly errorHandling?: 'continue' | 'abort' | 'retry'
  /** How often `retry` tries again, and how long it waits first; the wait doubles each time. Default 2 times, 200 ms. Only for tools without side effects. */
  readonly retries?: { readonly max: number; readonly backoffMs: number }
  /** How long a tool may go on after its signal has aborted before it is abandoned, in milliseconds. Default 1,000. */
  readonly abortGraceMs?: number
}

/** What the executor works by: the config with its defaults. */
export type ExecutionLimits = Required<
  Pick<ToolConfig, 'timeoutMs' | 'maxParallel' | 'errorHandling' | 'retries' | 'abortGraceMs'>
>

/** The config's part that the executor works by, with the defaults filled in. */
export function executionLimits(config: ToolConfig): ExecutionLimits {
  return {
    timeoutMs: config.timeoutMs ?? 60_000,
    maxParallel: config.maxParallel ?? 4,
    errorHandling: config.errorHandling ?? 'continue',
    retries: config.retries ?? { max: 2, backoffMs: 200 },
    abortGraceMs: config.abortGraceMs ?? 1_000,
  }
}

const fieldNames: Readonly<Record<keyof ToolConfig, true>> = {
  enabled: true,
  choice: true,
  timeoutMs: true,
  maxParallel: true,
  errorHandling: true,
  retries: true,
  abortGraceMs: true,
}
/** What other libraries call it. */
const hints = {
  toolChoice: 'It is choice',
  maxSteps: 'Steps are limited beside it: createEngineBuilder({ loopConfig: { maxIterations } })',
  maxRetries: 'It is retries: { max, backoffMs }',
}

/**
 * Checks a config, and with a registry also that the chosen tool is in it: for whoever takes one from a user, at once.
 * @throws ToolError `invalid_config` naming the field, or `unknown_tool`.
 */
export function assertToolConfig(config: ToolConfig, registry?: ToolRegistry): void {
  const unknown =
    unknownOption(config, Object.keys(fieldNames), '', hints) ??
    unknownOption(config.retries, ['max', 'backoffMs'], 'retries')
  if (unknown !== undefined) throw new ToolError('invalid_config', `tool config: ${unknown}`)
  const { timeoutMs, maxParallel, errorHandling, retries, abortGraceMs } = executionLimits(config)
  check('timeoutMs', timeoutMs, timeoutMs > 0, 'a number of milliseconds above 0')
  check('maxParallel', maxParallel, Number.isInteger(maxParallel) && maxParallel >= 1, 'a whole number of at least 1')
  const isKnown = errorHandling === 'continue' || errorHandling === 'abort' || errorHandling === 'retry'
  if (!isKnown) throw invalid('errorHandling', errorHandling, 'continue, abort or retry')
  check('retries.max', retries.max, Number.isInteger(retries.max) && retries.max >= 0, 'a whole number of at least 0')
  check('retries.backoffMs', retries.backoffMs, retries.backoffMs >= 0, 'a number of milliseconds of at least 0')
  check('abortGraceMs', abortGraceMs, abortGraceMs >= 0, 'a number of milliseconds of at least 0')
  const { choice } = config
  if (registry === undefined || typeof choice !== 'object' || registry.get(choice.tool) !== undefined) return
  throw new ToolError('unknown_tool', `choice names ${quote(choice.tool)}, which is not a tool: ${known(registry)}`, {
    toolName: choice.tool,
  })
}

/** The names in a registry, for people and models. */
export function known(registry: ToolRegistry): string {
  const names = registry.tools.map((tool) => tool.name)
  return names.length === 0 ? 'there are no tools' : `the tools are ${names.join(', ')}`
}

function check(field: string, value: unknown, isGood: boolean, expected: string): void {
  if (!isGood || !Number.isFinite(value)) throw invalid(field, value, expected)
}

function invalid(field: string, value: unknown, expected: string): ToolError {
  return new ToolError('invalid_config', `tool config: ${field} must be ${expected}, not ${quote(value)}`)
}

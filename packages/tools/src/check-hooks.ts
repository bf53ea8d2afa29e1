import { quote, unknownOption } from '@geppetto/turns'
import type { ToolExecutorOptions } from './create-executor.ts'
import type { ToolHooks } from './executor.ts'
import { ToolError } from './tool-error.ts'

const hookNames: Readonly<Record<keyof ToolHooks, string>> = {
  authorize: 'It is hooks: { authorize }',
  beforeExecution: 'It is hooks: { beforeExecution }',
  maskInput: 'It is hooks: { maskInput }',
  shouldRetry: 'It is hooks: { shouldRetry }',
}

/** For callers without types: a hook that stands elsewhere or is misspelt would be asked by nobody, and every call run. @throws ToolError `invalid_config` */
export function checkHooks(options: ToolExecutorOptions): void {
  const { hooks } = options
  const unknown =
    unknownOption(options, ['hooks'], '', hookNames) ?? unknownOption(hooks, Object.keys(hookNames), 'hooks')
  if (unknown !== undefined) throw new ToolError('invalid_config', `createToolExecutor: ${unknown}`)
  if (hooks === undefined) return
  if (typeof hooks !== 'object' || hooks === null) throw notThat('hooks', hooks, 'an object of functions')
  const wrong = Object.entries(hooks).find(([, hook]) => hook !== undefined && typeof hook !== 'function')
  if (wrong !== undefined) throw notThat(`hooks.${wrong[0]}`, wrong[1], 'a function')
}

function notThat(name: string, value: unknown, what: string): ToolError {
  return new ToolError('invalid_config', `createToolExecutor: ${name} must be ${what}, not ${quote(value)}`)
}

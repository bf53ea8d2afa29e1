import { unknownOption } from '@geppetto/turns'
import { SessionError } from './session-error.ts'

/** @throws SessionError `invalid_options` naming the first option that there is not. */
export function assertKnownOptions(
  options: object | undefined,
  names: readonly string[],
  path: string,
  hints: { readonly [name: string]: string } = {},
): void {
  const problem = unknownOption(options, names, path, hints)
  if (problem === undefined) return
  const isStranger = ([name, value]: [string, unknown]) => value !== undefined && !names.includes(name)
  const [stranger = ''] = Object.entries(options ?? {}).find(isStranger) ?? []
  throw new SessionError('invalid_options', problem, { field: path === '' ? stranger : `${path}.${stranger}` })
}

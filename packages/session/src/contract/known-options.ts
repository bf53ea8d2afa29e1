import { quote, unknownOption } from '@geppetto/turns'
import { SessionError } from './session-error.ts'

type Hints = { readonly [name: string]: string }

/** @throws SessionError `invalid_options` naming the first option that there is not. */
export function assertKnownOptions(
  options: object | undefined,
  names: readonly string[],
  path: string,
  hints: Hints = {},
): void {
  const problem = unknownOption(options, names, path, hints)
  if (problem === undefined) return
  const isStranger = ([name, value]: [string, unknown]) => value !== undefined && !names.includes(name)
  const [stranger = ''] = Object.entries(options ?? {}).find(isStranger) ?? []
  throw new SessionError('invalid_options', problem, { field: path === '' ? stranger : `${path}.${stranger}` })
}

/** What a call takes beside its other arguments. @throws SessionError `invalid_options` when it is no object, or names what there is not: for callers without types */
export function assertOptionsOf(options: unknown, usage: string, names: readonly string[], hints: Hints = {}): void {
  assertObject(options, usage)
  assertKnownOptions(options, names, '', hints)
}

/** @throws SessionError `invalid_options` when they are none: for callers without types. */
export function assertObject(options: unknown, usage: string): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw new SessionError('invalid_options', `options must be an object, not ${quote(options)}: it is ${usage}`, {
    field: 'options',
  })
}

/** @throws SessionError `invalid_options` when it is neither left out nor one of `choices`: for callers without types. */
export function assertChoice(value: unknown, field: string, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return
  throw new SessionError('invalid_options', `${field} must be ${choices.join(' or ')}, not ${quote(value)}`, { field })
}

/** @throws SessionError `invalid_options` when it is neither left out nor true or false: for callers without types. */
export function assertFlag(value: unknown, field: string): void {
  assertChoice(value, field, [true, false])
}

/** @throws SessionError `invalid_options` when it is no number; whether there is such a turn, the history says: for callers without types. */
export function assertIndex(value: unknown, field: string): void {
  if (typeof value === 'number') return
  throw new SessionError('invalid_options', `${field} must be the index of a turn, from 0, not ${quote(value)}`, {
    field,
  })
}

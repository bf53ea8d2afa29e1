import type { JsonValue } from '@geppetto/turns'
import { editAt, insertAt, valueAt } from './edit-json.ts'

/** A request that was accepted, made unacceptable in one place. */
export interface RequestMutation {
  readonly what: string
  /** The recorded exchange. */
  readonly of: string
  readonly change: (body: JsonValue) => JsonValue
  /** The rule that must fire. */
  readonly rule: string
}

type Change = RequestMutation['change']
type Path = readonly (string | number)[]

/** Another value at the path. */
export const set =
  (path: Path, value: JsonValue): Change =>
  (body) =>
    editAt(body, path, () => value)
/** Nothing at the path. */
export const cut =
  (path: Path): Change =>
  (body) =>
    editAt(body, path, () => undefined)
/** More entries before `index` of the list at the path. */
export const insert =
  (path: Path, index: number, ...entries: readonly JsonValue[]): Change =>
  (body) =>
    insertAt(body, path, index, ...entries)
/** The entry at `index` once more, before `target`. */
export const copy =
  (path: Path, index: number, target: number): Change =>
  (body) =>
    insertAt(body, path, target, valueAt(body, [...path, index]))
/** Two entries of the list at the path in each other’s place. */
export const swap =
  (path: Path, one: number, other: number): Change =>
  (body) => {
    const [first, second] = [valueAt(body, [...path, one]), valueAt(body, [...path, other])]
    return set([...path, other], first)(set([...path, one], second)(body))
  }

import { isJsonObject, type JsonValue } from '@geppetto/turns'
import { isList } from './json.ts'

type Path = readonly (string | number)[]

/** The data with another value at the path; `undefined` takes the field or entry away. Entries may be counted from the end. */
export function editAt(
  data: JsonValue,
  path: Path,
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): JsonValue {
  const [step, ...rest] = path
  const edit = (value: JsonValue | undefined): JsonValue | undefined =>
    rest.length === 0 ? change(value) : editAt(value ?? null, rest, change)
  if (typeof step === 'number' && isList(data)) {
    const index = step < 0 ? data.length + step : step
    const value = edit(data[index])
    return value === undefined ? data.toSpliced(index, 1) : data.toSpliced(index, 1, value)
  }
  if (typeof step === 'string' && isJsonObject(data)) {
    const { [step]: before, ...others } = data
    const value = edit(before)
    return value === undefined ? others : { ...others, [step]: value }
  }
  throw new Error(`there is nothing at ${path.join('.')}`)
}

/** The value at the path. @throws Error where there is none. */
export function valueAt(data: JsonValue, path: Path): JsonValue {
  let value: JsonValue | undefined = data
  for (const step of path) {
    if (typeof step === 'number' && isList(value)) value = value.at(step)
    else value = typeof step === 'string' && isJsonObject(value) ? value[step] : undefined
    if (value === undefined) throw new Error(`there is nothing at ${path.join('.')}`)
  }
  return value
}

/** The list at the path with more entries before `index`. */
export function insertAt(data: JsonValue, path: Path, index: number, ...entries: readonly JsonValue[]): JsonValue {
  return editAt(data, path, (list) => {
    if (isList(list)) return list.toSpliced(index, 0, ...entries)
    throw new Error(`there is no list at ${path.join('.')}`)
  })
}

import { isJsonObject, type JsonValue } from '@geppetto/turns'
import { isList } from './fill/schema.ts'
import { splitName } from './language/stem.ts'

/** So much of a list, and so deep into it, people read. */
const maxItems = 12
const maxDepth = 4

/** JSON as people read it: `temperature 18, rain no, wind (speed 3, direction NW)`. */
export function renderValue(value: JsonValue, depth = 0): string {
  if (value === null) return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value === '' ? 'nothing' : value
  if (depth > maxDepth) return '…'
  if (isList(value)) return renderList(value, depth)
  const entries = Object.entries(value)
  if (entries.length === 0) return 'nothing'
  const parts = entries.slice(0, maxItems).map(([name, item]) => {
    const words = splitName(name).join(' ')
    const rendered = renderValue(item ?? null, depth + 1)
    return `${words === '' ? name : words} ${isJsonObject(item) ? `(${rendered})` : rendered}`
  })
  return more(parts, entries.length).join(', ')
}

function renderList(list: readonly JsonValue[], depth: number): string {
  if (list.length === 0) return 'nothing'
  const parts = list.slice(0, maxItems).map((item) => {
    const rendered = renderValue(item, depth + 1)
    return isJsonObject(item) || isList(item) ? `(${rendered})` : rendered
  })
  const all = more(parts, list.length)
  return all.length === 1 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

function more(parts: readonly string[], count: number): readonly string[] {
  return count > parts.length ? [...parts, `${count - parts.length} more`] : parts
}

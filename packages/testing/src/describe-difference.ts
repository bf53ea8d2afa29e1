import { isJsonObject, quote } from '@geppetto/turns'
import type { WireRequest } from './wire-exchange.ts'

const most = 12

/** Where `actual` differs from `expected`, one line per place. Only what `expected` has is compared, at the top; below that, everything. */
export function requestDifferences(expected: WireRequest, actual: WireRequest): readonly string[] {
  const differences = (['method', 'path', 'body'] as const).flatMap((field) =>
    expected[field] === undefined ? [] : differencesOf(expected[field], actual[field], field),
  )
  if (differences.length <= most) return differences
  return [...differences.slice(0, most), `… and ${differences.length - most} more`]
}

/** Where two JSON values differ, one line per place: `body.model: expected "a", got "b"`. */
export function differencesOf(expected: unknown, actual: unknown, path: string): readonly string[] {
  if (Object.is(expected, actual)) return []
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differencesOf(expected[index], actual[index], `${path}[${index}]`),
    )
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return names.flatMap((name) => differencesOf(expected[name], actual[name], `${path}.${name}`))
  }
  if (expected === undefined) return [`${path}: not expected, got ${quote(actual)}`]
  if (actual === undefined) return [`${path}: expected ${quote(expected)}, is missing`]
  if (typeof expected === 'string' && typeof actual === 'string') return [describeTexts(expected, actual, path)]
  return [`${path}: expected ${quote(expected)}, got ${quote(actual)}`]
}

/** Long texts are shown from shortly before the place where they part. */
function describeTexts(expected: string, actual: string, path: string): string {
  let same = 0
  while (same < expected.length && expected[same] === actual[same]) same++
  const from = same > 30 ? same - 15 : 0
  const show = (text: string) => `${from > 0 ? '…' : ''}${quote(text.slice(from))}`
  return `${path}: expected ${show(expected)}, got ${show(actual)}`
}

/** A body's data; one that is no JSON is its text. */
export function bodyData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON: it is compared as it stands.
    return text
  }
}

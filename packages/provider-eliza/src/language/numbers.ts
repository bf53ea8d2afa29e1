import type { Token } from './tokens.ts'

/** A number in a text, in digits or words: the tokens from, and up to but without, an index. */
export interface SpokenNumber {
  readonly value: number
  readonly from: number
  readonly to: number
}

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'
const units: ReadonlyMap<string, number> = new Map([
  ...small.split(' ').map((word, index) => [word, index] as const),
  ...tens.split(' ').map((word, index) => [word, (index + 2) * 10] as const),
  ['dozen', 12],
])
const scales: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1_000],
  ['million', 1_000_000],
])

/** The numbers of a text, in order. */
export function findNumbers(tokens: readonly Token[]): readonly SpokenNumber[] {
  const found: SpokenNumber[] = []
  let index = 0
  while (index < tokens.length) {
    const number = readNumber(tokens, index)
    if (number !== undefined) found.push(number)
    index = number?.to ?? index + 1
  }
  return found
}

function readNumber(tokens: readonly Token[], from: number): SpokenNumber | undefined {
  const first = tokens[from]
  if (first?.value !== undefined) return { value: first.value, from, to: from + 1 }
  // "this one" and "no one" count nothing.
  if (first?.lower === 'one' && /^(this|that|which|the|no|any|every|some)$/.test(tokens[from - 1]?.lower ?? ''))
    return undefined
  let total = 0
  let group: number | undefined
  let to = from
  for (const token of tokens.slice(from)) {
    const parts = token.lower.split('-')
    if (token.kind !== 'word' || !parts.every((part) => units.has(part) || scales.has(part))) break
    for (const part of parts) {
      const scale = scales.get(part)
      if (scale === undefined) group = (group ?? 0) + (units.get(part) ?? 0)
      else if (scale === 100) group = (group ?? 1) * 100
      else {
        total += (group ?? 1) * scale
        group = 0
      }
    }
    to++
  }
  return to === from || group === undefined ? undefined : { value: total + group, from, to }
}

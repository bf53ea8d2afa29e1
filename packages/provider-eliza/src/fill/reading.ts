import type { JsonValue } from '@geppetto/turns'
import type { Token } from '../language/tokens.ts'

/** A part of a prompt in which values are looked for. */
export interface Reading {
  /** The whole prompt. */
  readonly text: string
  /** The part of it, in order. */
  readonly tokens: readonly Token[]
  /** Which moment "today" is, in milliseconds since the epoch. */
  readonly now: number
  /** Stems of the words that name the tool and its parameters: they are no values. */
  readonly names: ReadonlySet<string>
  /** Values that the tool itself gives as examples, in lower case. */
  readonly examples: ReadonlySet<string>
  /** Where the tokens begin that are a value already. Grows. */
  readonly taken: Set<number>
}

/** What a value looked like: what stands in its place in a list looks the same. */
export type Shape = 'form' | 'choice' | 'quoted' | 'proper' | 'common' | 'number' | 'flag' | 'list' | 'parts' | 'rest'

/** A value that was found. */
export interface Filling {
  readonly value: JsonValue
  readonly shape: Shape
  /** How much it says for the tool that such a value was there: 0 is nothing, 2 a lot. */
  readonly evidence: number
  readonly tokens: readonly Token[]
}

/** Whether a token is still free. */
export function isFree(reading: Reading, token: Token | undefined): token is Token {
  return token !== undefined && !reading.taken.has(token.start)
}

/** Marks the tokens of a filling as used. */
export function take(reading: Reading, filling: Filling): void {
  for (const token of filling.tokens) reading.taken.add(token.start)
}

/** The free tokens of the reading between two places of the prompt. */
export function tokensBetween(reading: Reading, start: number, end: number): readonly Token[] {
  return reading.tokens.filter((token) => token.start >= start && token.end <= end && isFree(reading, token))
}

/** The prompt's text that the reading covers, and where it begins in the prompt. */
export function coveredText(reading: Reading): { readonly text: string; readonly offset: number } {
  const offset = reading.tokens[0]?.start ?? 0
  return { text: reading.text.slice(offset, reading.tokens.at(-1)?.end ?? 0), offset }
}

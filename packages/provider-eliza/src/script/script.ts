/**
 * What ELIZA says, as plain data.
 *
 * A pattern is words and signs, one space between them: a word stands for itself, `*` for any number of words, `@name` for one word of a
 * group. The elements are numbered from 1, and an answer's `(3)` is replaced by what the third element matched, with the persons
 * swapped. Words are lower case, and stand as `before` leaves them.
 */
export interface ElizaScript {
  /** Said when nobody has said anything yet. */
  readonly greetings: readonly string[]
  /** Said to one of `quits`. */
  readonly goodbyes: readonly string[]
  /** What somebody says who leaves; the whole of what he says. */
  readonly quits: readonly string[]
  /** What words are taken for, before anything is looked up. */
  readonly before: Readonly<Record<string, string>>
  /** What words, or words in a row, become when they are said back: I becomes you. */
  readonly after: Readonly<Record<string, string>>
  /** Words that a pattern means together. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  readonly keywords: readonly Keyword[]
  /** What is remembered of what was said with a keyword, to be brought up when there is nothing else to say. */
  readonly memory: { readonly keyword: string; readonly pattern: string; readonly answers: readonly string[] }
  /** Said when no keyword was found, and nothing is remembered. */
  readonly none: readonly string[]
}

/** A word that ELIZA listens for. */
export interface Keyword {
  /** The word, and others that count as it. */
  readonly words: readonly string[]
  /** The highest wins; default 0. At the same rank the one that was said first wins. */
  readonly rank?: number
  /** The first whose pattern matches is used. */
  readonly rules: readonly Rule[]
}

/** How to take apart what was said, and what to say then: the answers in turn. */
export interface Rule {
  readonly pattern: string
  readonly answers: readonly Answer[]
}

/** A text, or where to find one. */
export type Answer =
  | string
  /** Answer as the other keyword does; with `saying`, as if this had been said. */
  | { readonly use: string; readonly saying?: string }
  /** Answer as the next keyword of what was said does. */
  | { readonly next: true }

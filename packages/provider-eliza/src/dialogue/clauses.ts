/** Words that were said in one go, as they were written and as patterns see them. */
export interface Clause {
  readonly written: readonly string[]
  readonly words: readonly string[]
}

// What people say to a doctor is short; a pasted book must not keep him busy.
const maxClauses = 50
const maxWords = 60

const boundary = /[.,;:!?]+(?=\s|$)|[()[\]"“”\n—–]+|\s-\s|\bbut\b/i

/** Takes what was said apart where a speaker pauses, and puts `before`'s words in the place of others. */
export function splitClauses(said: string, before: Readonly<Record<string, string>>): readonly Clause[] {
  const parts = said.replaceAll('’', "'").split(boundary, maxClauses)
  return parts.map((part) => readClause(part, before)).filter((clause) => clause.words.length > 0)
}

function readClause(part: string, before: Readonly<Record<string, string>>): Clause {
  const written: string[] = []
  for (const [index, raw] of part.split(/\s+/, maxWords + 1).entries()) {
    const word = raw.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, '')
    if (word === '') continue
    const lower = word.toLowerCase()
    const substitute = Object.hasOwn(before, lower) ? before[lower] : undefined
    // Only the first word of a clause is written large without being a name.
    written.push(...(substitute?.split(' ') ?? [index === 0 ? lower : word]))
  }
  return { written, words: written.map((word) => word.toLowerCase()) }
}

import type { Clause } from './clauses.ts'
import type { Pieces } from './pattern.ts'

/** Puts pieces of what was said into an answer, with the persons swapped. */
export function reassemble(
  template: string,
  clause: Clause,
  pieces: Pieces,
  after: Readonly<Record<string, string>>,
): string {
  const filled = template.replace(/\((\d+)\)/g, (_, number: string) => {
    const [from, to] = pieces[Number(number) - 1] ?? [0, 0]
    return swapPersons(clause.written.slice(from, to), after)
  })
  const tidy = filled.replace(/\s+/g, ' ').replace(/ ([?.!,:])/g, '$1')
  return tidy.slice(0, 1).toUpperCase() + tidy.slice(1)
}

/** What was said, as it is said back. Two words that mean something together come first. */
function swapPersons(words: readonly string[], after: Readonly<Record<string, string>>): string {
  const swapped: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    const pair = `${word} ${words[index + 1] ?? ''}`.toLowerCase()
    if (Object.hasOwn(after, pair)) {
      swapped.push(after[pair] ?? pair)
      index++
      continue
    }
    const lower = word.toLowerCase()
    swapped.push(Object.hasOwn(after, lower) ? (after[lower] ?? word) : word)
  }
  return swapped.join(' ')
}

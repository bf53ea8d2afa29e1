/** Which words each element of a pattern stands for: from, and up to but without, an index. */
export type Pieces = readonly (readonly [from: number, to: number])[]

type Groups = Readonly<Record<string, readonly string[]>>

/** The words of each element of `pattern`, each `*` taking as few as it can; undefined when it does not match. */
export function matchPattern(pattern: string, words: readonly string[], groups: Groups): Pieces | undefined {
  return matchElements(pattern.split(' '), words, 0, groups)
}

function matchElements(
  elements: readonly string[],
  words: readonly string[],
  from: number,
  groups: Groups,
): Pieces | undefined {
  const [element, ...rest] = elements
  if (element === undefined) return from === words.length ? [] : undefined
  if (element !== '*') {
    const word = words[from]
    if (word === undefined || !standsFor(element, word, groups)) return undefined
    const pieces = matchElements(rest, words, from + 1, groups)
    return pieces && [[from, from + 1], ...pieces]
  }
  if (rest.length === 0) return [[from, words.length]]
  for (let to = from; to <= words.length; to++) {
    const pieces = matchElements(rest, words, to, groups)
    if (pieces !== undefined) return [[from, to], ...pieces]
  }
  return undefined
}

function standsFor(element: string, word: string, groups: Groups): boolean {
  if (!element.startsWith('@')) return element === word
  return groups[element.slice(1)]?.includes(word) ?? false
}

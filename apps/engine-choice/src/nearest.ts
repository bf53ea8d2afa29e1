/** The word that `typed` was most likely meant to be; undefined when none is like it. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let smallest = Math.max(2, Math.floor(typed.length / 3)) + 1
  for (const word of words) {
    const distance = typed.length > 2 && word.includes(typed) ? 0 : editDistance(typed, word)
    if (distance >= smallest) continue
    smallest = distance
    best = word
  }
  return best
}

/** How many letters must be added, removed or replaced to make one word of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

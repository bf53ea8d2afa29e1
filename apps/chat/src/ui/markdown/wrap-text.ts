import wrapAnsi from 'wrap-ansi'

/** Breaks a text with colours into lines of at most so many columns, between words where that can be. */
export function wrapText(text: string, columns: number): string[] {
  return wrapAnsi(text, Math.max(1, columns), { hard: true, trim: false })
    .split('\n')
    .map((line) => line.trimEnd())
}

/** The lines with `first` before the first of them, and `rest` before the others. */
export function prefixed(lines: readonly string[], first: string, rest: string): string[] {
  return lines.map((line, index) => (index === 0 ? first : line === '' ? rest.trimEnd() : rest) + line)
}

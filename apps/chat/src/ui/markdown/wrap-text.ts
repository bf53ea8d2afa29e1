import wrapAnsi from 'wrap-ansi'

/** Stands for a space that indents a line, which is no place to break it. */
const indenting = '\ue000'

/**
 * Breaks a text with colours into lines of at most so many columns, between words where that can be. Its own lines keep their indentation;
 * the space at which a line was broken is left out.
 */
export function wrapText(text: string, columns: number): string[] {
  const limit = Math.max(1, columns)
  return text.split('\n').flatMap((line) => wrapLine(line, limit))
}

function wrapLine(line: string, limit: number): string[] {
  const [indent = ''] = beginning.exec(line) ?? []
  const held = indent.replaceAll(' ', indenting) + line.slice(indent.length)
  return wrapAnsi(held, limit, { hard: true })
    .replaceAll(indenting, ' ')
    .split('\n')
    .map((part) => part.trimEnd())
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
const beginning = /^(?:\x1b\[[\d;]*m| )*/

/** The lines with `first` before the first of them, and `rest` before the others. */
export function prefixed(lines: readonly string[], first: string, rest: string): string[] {
  return lines.map((line, index) => (index === 0 ? first : line === '' ? rest.trimEnd() : rest) + line)
}

// Compares what a block printed with what the document says. A line with only … stands for any number of lines.

const ANY = '…'

export function matchesOutput(expected: string, actual: string): boolean {
  return match(toLines(expected), toLines(actual))
}

/** Without white space at the ends of lines and without blank lines at the end. */
export function toLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
}

function match(expected: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = expected
  if (first === undefined) return actual.length === 0
  if (first.trim() !== ANY) return first === actual[0] && match(rest, actual.slice(1))
  return Array.from({ length: actual.length + 1 }, (_, count) => actual.slice(count)).some((tail) => match(rest, tail))
}

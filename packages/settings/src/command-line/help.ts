import type { Flag, FlagGroup } from './flag.ts'

/** As wide as a terminal is at the least. */
const helpWidth = 80

/** The flags under their headings, for a terminal. */
export function helpOf(groups: readonly FlagGroup[]): string {
  const usages = groups.flatMap(({ flags }) => Object.entries(flags).map(([name, flag]) => usageOf(name, flag)))
  const column = Math.min(34, Math.max(...usages.map(({ length }) => length)) + 2)
  return groups
    .map(({ title, flags }) => {
      const rows = Object.entries(flags).map(([name, flag]) => rowOf(usageOf(name, flag), flag.help, column))
      return `${title}:\n${rows.join('\n')}`
    })
    .join('\n\n')
}

function rowOf(usage: string, help: string, column: number): string {
  const indent = ' '.repeat(column + 2)
  const lines = wrap(help, helpWidth - indent.length)
  const first =
    usage.length < column ? `  ${usage.padEnd(column)}${lines[0] ?? ''}` : `  ${usage}\n${indent}${lines[0] ?? ''}`
  return [first, ...lines.slice(1).map((line) => indent + line)].join('\n')
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function usageOf(name: string, { short, value }: Flag): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

import type { Tokens } from 'marked'
import stringWidth from 'string-width'
import { styled } from '../ink-style.ts'
import { inlineText } from './inline-text.ts'
import { wrapText } from './wrap-text.ts'

/** Between two columns. */
const gap = '  '

/** The narrowest column that can be read. */
const narrowest = 6

/** A table, its columns as wide as they need to be, or as can be had; where that is too narrow, a row is a list of its fields. */
export function tableLines({ header, rows, align }: Tokens.Table, columns: number): string[] {
  const all = [header, ...rows].map((row) => row.map(({ tokens }) => inlineText(tokens)))
  const room = columns - gap.length * (header.length - 1)
  const widths = fitted(
    header.map((_, column) => Math.max(1, ...all.map((row) => stringWidth(row[column] ?? '')))),
    room,
  )
  if (widths === undefined) return asLists(all, columns)
  const [head = [], ...body] = all.map((row) => rowLines(row, widths, align))
  const rule = styled('dim', widths.map((width) => '─'.repeat(width)).join(gap))
  return [...head.map((line) => styled('bold', line)), rule, ...body.flat()]
}

/** Takes from the widest columns what there is no room for; undefined where too little would be left. */
function fitted(natural: readonly number[], room: number): readonly number[] | undefined {
  const widths = [...natural]
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) return undefined
    widths[widths.indexOf(widest)] = widest - 1
    over--
  }
  return widths
}

function rowLines(row: readonly string[], widths: readonly number[], align: Tokens.Table['align']): string[] {
  const cells = widths.map((width, column) => wrapText(row[column] ?? '', width))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => padded(cells[column]?.[line] ?? '', width, align[column] ?? 'left'))
      .join(gap)
      .trimEnd(),
  )
}

function padded(text: string, width: number, align: 'left' | 'center' | 'right'): string {
  const space = Math.max(0, width - stringWidth(text))
  const before = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0
  return ' '.repeat(before) + text + ' '.repeat(space - before)
}

function asLists([names = [], ...rows]: readonly (readonly string[])[], columns: number): string[] {
  return rows.flatMap((row, index) => [
    ...(index === 0 ? [] : ['']),
    ...row.flatMap((cell, column) => wrapText(`${styled('bold', `${names[column] ?? ''}:`)} ${cell}`, columns)),
  ])
}

import { displayWidth, splitCharacters } from '../../display-width.ts'
import type { Draft } from './draft.ts'

/** A row of a draft on the screen, and which part of the text it is. */
export interface DraftRow {
  readonly text: string
  readonly start: number
}

/** The draft as rows of at most so many columns. A row has room for the cursor behind its last character. */
export function draftRows(text: string, columns: number): readonly DraftRow[] {
  const room = Math.max(1, columns - 1)
  const rows: DraftRow[] = []
  let start = 0
  for (const line of text.split('\n')) {
    let [row, width, from] = ['', 0, start]
    // Most lines are short: a text of thousands is cut into rows at each key.
    const isShort = displayWidth(line) <= room
    for (const character of isShort ? [line] : splitCharacters(line)) {
      const wide = displayWidth(character)
      if (width + wide > room) {
        rows.push({ text: row, start: from })
        from += row.length
        row = ''
        width = 0
      }
      row += character
      width += wide
    }
    rows.push({ text: row, start: from })
    start += line.length + 1
  }
  return rows
}

/** The row that the cursor is in. */
export function cursorRow(rows: readonly DraftRow[], cursor: number): number {
  return Math.max(
    0,
    rows.findLastIndex(({ start }) => start <= cursor),
  )
}

/** The draft with the cursor a row further up or down, in the same column where that can be; undefined where there is no such row. */
export function moveRow(draft: Draft, by: 1 | -1, columns: number): Draft | undefined {
  const rows = draftRows(draft.text, columns)
  const at = cursorRow(rows, draft.cursor)
  const [from, to] = [rows[at], rows[at + by]]
  if (from === undefined || to === undefined) return undefined
  return { ...draft, cursor: to.start + Math.min(draft.cursor - from.start, to.text.length) }
}

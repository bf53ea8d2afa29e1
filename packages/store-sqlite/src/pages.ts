import type { Connection } from './connection.ts'
import { type Row, textField } from './row.ts'

/** At most so many rows are read at once, and no further one when these have so many characters. */
const pageRows = 256
const pageChars = 256 * 1024

/**
 * The rows of a query that has a `body`, page by page: no more than a page is in memory, and between two of them nothing is open, so that a
 * slow reader holds up nobody. `next` asks for what follows the last row that was read.
 */
export async function* readPages(
  connection: Connection,
  next: (last: Row | undefined) => Iterable<Row> | undefined,
): AsyncGenerator<Row> {
  let last: Row | undefined
  for (;;) {
    const page = await connection.read(() => readPage(next(last) ?? []))
    yield* page.rows
    if (page.isLast) return
    last = page.rows.at(-1)
  }
}

function readPage(rows: Iterable<Row>): { readonly rows: readonly Row[]; readonly isLast: boolean } {
  const page: Row[] = []
  let chars = 0
  for (const row of rows) {
    page.push(row)
    chars += textField(row, 'body').length
    if (page.length === pageRows || chars >= pageChars) return { rows: page, isLast: false }
  }
  return { rows: page, isLast: true }
}

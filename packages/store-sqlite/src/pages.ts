import type { Connection } from './connection.ts'
import type { Row } from './row.ts'
import { type Place, reasonOf } from './store-failure.ts'

/** At most so many rows are read at once, and no further one when these have so many characters. */
const pageRows = 256
const pageChars = 256 * 1024

/** What is read in pages. */
export interface Pages<T> {
  /** The rows behind the last item that was read; each has a `body`. */
  readonly rows: (last: T | undefined) => Iterable<Row>
  /** @throws Damage when the row is not what was written */
  readonly decode: (row: Row, last: T | undefined) => T
  /** Where what follows that item stands, for errors. */
  readonly place: (last: T | undefined) => Place
}

/**
 * What the rows of a query say, as lists, page by page: no more than a page is in memory, and between two of them nothing is open, so that a slow reader holds up nobody. Of a page in which something
 * is wrong there is what stands before it.
 */
export async function* readPages<T>(
  connection: Connection,
  { rows, decode, place }: Pages<T>,
): AsyncGenerator<readonly T[]> {
  let last: T | undefined
  for (;;) {
    const page = await connection.read(
      () => readPage(rows(last), last, decode),
      () => place(last),
    )
    yield page.items
    last = page.items.at(-1) ?? last
    if (page.damage !== undefined) await connection.read(page.damage, () => place(last))
    if (page.isLast) return
  }
}

interface Page<T> {
  readonly items: readonly T[]
  readonly isLast: boolean
  /** Throws what is wrong behind the items. */
  readonly damage?: () => void
}

function readPage<T>(rows: Iterable<Row>, before: T | undefined, decode: Pages<T>['decode']): Page<T> {
  const items: T[] = []
  let chars = 0
  let last = before
  try {
    for (const row of rows) {
      last = decode(row, last)
      items.push(last)
      chars += sizeOf(row)
      if (items.length === pageRows || chars >= pageChars) return { items, isLast: false }
    }
  } catch (error) {
    if (reasonOf(error) !== 'damaged') throw error
    const damage = () => {
      throw error
    }
    return { items, isLast: true, damage }
  }
  return { items, isLast: true }
}

/** What is damaged may be no text any more. */
function sizeOf({ body }: Row): number {
  return typeof body === 'string' ? body.length : 0
}

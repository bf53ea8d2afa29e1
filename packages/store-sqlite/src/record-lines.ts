import type { Head } from '@geppetto/session'
import { checksumIn } from './checksum.ts'
import type { Connection } from './connection.ts'
import { readRecords } from './read-session.ts'
import { numberField, textField } from './row.ts'
import { decodeRecord, openingOf, type SessionRow, sessionSql } from './sessions.ts'

/** So many records are read at once, where they have no more bytes than this. */
const pageRecords = 512
const pageBytes = 1024 * 1024

/** Records as JSON lines, and where the next one stands. */
interface RecordLines {
  readonly lines: string
  readonly behind: Head
}

/** The records of a session as JSON lines, in pages, as far as there is no gap. @throws SessionError `store_failed`, `damaged` with the `record` that is */
export async function* readRecordLines(connection: Connection, session: SessionRow): AsyncGenerator<RecordLines> {
  const opening = openingOf(session.sessionId)
  let behind = 0
  for (;;) {
    const lines = await connection.read(() => readPage(connection, session.number, opening, behind))
    if (lines !== undefined) {
      behind += pageRecords
      yield { lines, behind }
      continue
    }
    // The last ones, or large ones, or something that is not what was written, which is told of one by one.
    const upTo = behind + pageRecords
    for await (const page of readRecords(connection, session, behind, lineOf)) {
      behind += page.length
      if (page.length > 0) yield { lines: page.map(({ record }) => record).join('\n'), behind }
      if (behind >= upTo) break
    }
    if (behind < upTo) return
  }
}

/** Nobody but a session writes records, and it writes none of several lines; what somebody has written in another way is written anew. */
function lineOf(text: string): string {
  return text.includes('\n') ? JSON.stringify(decodeRecord(text)) : text
}

/** A whole page; undefined where that cannot be had, for whatever reason. */
function readPage(connection: Connection, session: number, opening: string, from: Head): string | undefined {
  const behind = from + pageRecords
  const size = connection.row(sessionSql.recordLength, session, from, behind)
  if (numberField(size, 'bytes') > pageBytes) return undefined
  const row = connection.row(sessionSql.recordLines, session, from, behind)
  if (row === undefined || numberField(row, 'count') !== pageRecords) return undefined
  const lines = textField(row, 'lines')
  const sums = textField(row, 'sums').split(' ')
  return areWhole(lines, sums, opening, from) ? lines : undefined
}

/** Whether each is what was written in its place. */
function areWhole(lines: string, sums: readonly string[], opening: string, from: Head): boolean {
  let start = 0
  for (const [index, sum] of sums.entries()) {
    const lineFeed = lines.indexOf('\n', start)
    const end = lineFeed < 0 ? lines.length : lineFeed
    if (checksumIn(opening, lines.slice(start, end), from + index) !== Number(sum)) return false
    start = end + 1
  }
  return start === lines.length + 1
}

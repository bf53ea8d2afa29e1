import type { Context } from '@geppetto/context'
import { compareCursors } from '@geppetto/events'
import { type JsonObject, quote } from '@geppetto/turns'
import type { StoredBlob, StoredEvent } from '../contract/store.ts'
import { TextDigest } from '../store/text-digest.ts'
import { type LineCounts, type Losses, readSessionLine, refuseLine } from './session-lines.ts'

/** What the lines of an exported session hold. */
export interface Imported {
  sessionId?: string
  records: JsonObject[]
  /** The line of each record. */
  readonly recordLines: number[]
  events: StoredEvent[]
  /** The line of each event. */
  readonly eventLines: number[]
  /** What others had left for whoever runs the session. */
  readonly notes: JsonObject[]
  readonly blobs: StoredBlob[]
  counts?: LineCounts
  /** The line of the end, and whether its checksum is that of the lines before it, whether a run went on elsewhere, and what the store had lost. */
  end?: { readonly line: number; readonly isUnchanged: boolean; readonly isRunning: boolean; readonly losses: Losses }
}

/** Reads all lines. @throws SessionError `invalid_import` naming the line, `unsupported_version` */
export async function readLines(
  lines: AsyncIterable<string> | Iterable<string>,
  ctx: Context | undefined,
): Promise<Imported> {
  const imported: Imported = { records: [], recordLines: [], events: [], eventLines: [], notes: [], blobs: [] }
  const digest = new TextDigest()
  let line = 0
  for await (const given of lines) {
    ctx?.signal.throwIfAborted()
    line++
    // Of callers without types: a file that is read without its encoding gives bytes.
    if (typeof given !== 'string') refuseLine(line, `it must be a text, not ${quote(given)}`)
    // Also without the mark of its encoding that a file may begin with.
    const text = given.trim()
    if (text === '') continue
    const read = await readSessionLine(text, line)
    if (imported.counts !== undefined) refuseLine(line, 'it comes behind the end')
    if (read.type !== 'end') digest.add(text)
    if ((read.type === 'header') !== (imported.sessionId === undefined))
      refuseLine(line, read.type === 'header' ? 'it is a second header' : 'the header is missing')
    switch (read.type) {
      case 'header':
        imported.sessionId = read.sessionId
        break
      case 'record':
        imported.records.push(read.record)
        imported.recordLines.push(line)
        break
      case 'event': {
        const last = imported.events.at(-1)
        if (last !== undefined && compareCursors(last, read.event) >= 0) refuseLine(line, 'the event is out of order')
        imported.events.push(read.event)
        imported.eventLines.push(line)
        break
      }
      case 'note':
        imported.notes.push(read.note)
        break
      case 'blob':
        imported.blobs.push(read.blob)
        break
      case 'end':
        imported.counts = read.counts
        imported.end = {
          line,
          isUnchanged: read.checksum === digest.value,
          isRunning: read.isRunning,
          losses: read.losses,
        }
    }
  }
  const { counts, records, events, notes, blobs } = imported
  if (counts === undefined) return refuseLine(line + 1, 'the end is missing: is the file whole?')
  const isWhole = counts.records === records.length && counts.events === events.length && counts.notes === notes.length
  if (!isWhole || counts.blobs !== blobs.length)
    refuseLine(line, 'there are not as many lines as it says: is the file whole?')
  return imported
}

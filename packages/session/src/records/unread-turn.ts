import { type JsonObject, parseJson, toErrorData } from '@geppetto/turns'
import type { StoredRecord } from '../contract/store.ts'
import { type RecordPlace, refuse, requireObject } from '../contract/stored-field.ts'
import { decodeRecord, recordVersion } from './session-record.ts'
import type { Misfit, TurnChange, UnreadChange } from './turn-change.ts'

const opening = '{"type":"turn","turn":{"id":"'
const afterNone = ',"after":null,'
const afterTurn = ',"after":"'
const ending = `,"v":${recordVersion}}`
const ofRun = '{"type":"run-'
const media = '"type":"blob"'

/** What may follow the id in a further state of a turn: behind it there is no `after`. */
const further = [',"parts":[', ',"metadata":{', ',"fields":{', ',"data":{']

/** Records of a session as JSON lines, as a session writes them. */
interface RecordLines {
  readonly sessionId: string
  readonly page: string
}

/** Whether a text may have references to media in it, which are to be read with what refers to them. */
export function mentionsMedia(page: string): boolean {
  return page.includes(media)
}

/**
 * The change that a record tells of, of which no more than the beginning is looked at. Undefined where that does not tell what it is of: then the record is to be read at
 * once. `likely`: the turn that it most likely is of, or follows.
 */
export function unreadTurn(
  lines: RecordLines,
  start: number,
  end: number,
  record: number,
  likely: string | undefined,
): UnreadChange | undefined {
  const { page } = lines
  if (!page.startsWith(opening, start) || !page.startsWith(ending, end - ending.length)) return undefined
  const idAt = start + opening.length
  const id = wordAt(page, idAt, likely)
  if (id === undefined) return undefined
  const behind = idAt + id.length + 1
  const after = afterAt(page, behind, likely)
  return after === 'unclear' ? undefined : new UnreadTurn(lines, start, end, record, id, after.id)
}

/** What a change says at its beginning of the turn that it follows: undefined where it is a further state. */
interface After {
  readonly id: string | null | undefined
}

const isFurther: After = { id: undefined }
const followsNone: After = { id: null }

function afterAt(page: string, start: number, likely: string | undefined): After | 'unclear' {
  if (page.startsWith(afterTurn, start)) {
    const id = wordAt(page, start + afterTurn.length, likely)
    return id === undefined ? 'unclear' : { id }
  }
  if (page.startsWith(afterNone, start)) return followsNone
  for (const field of further) if (page.startsWith(field, start)) return isFurther
  return 'unclear'
}

/** The text from there to the next quotation mark; undefined where it is written otherwise than it reads. */
function wordAt(page: string, start: number, likely: string | undefined): string | undefined {
  if (likely !== undefined && page.startsWith(likely, start) && page[start + likely.length] === '"') return likely
  const end = page.indexOf('"', start)
  if (end <= start) return undefined
  const word: unknown = page.slice(start, end).includes('\\') ? undefined : JSON.parse(page.slice(start - 1, end + 1))
  // A text of its own: a part of the page would keep all of that in memory.
  return typeof word === 'string' ? word : undefined
}

class UnreadTurn implements UnreadChange {
  readonly id: string
  readonly after: string | null | undefined
  readonly #lines: RecordLines
  readonly #start: number
  readonly #end: number
  readonly #record: number

  constructor(
    lines: RecordLines,
    start: number,
    end: number,
    record: number,
    id: string,
    after: string | null | undefined,
  ) {
    this.id = id
    this.after = after
    this.#lines = lines
    this.#start = start
    this.#end = end
    this.#record = record
  }

  read(): TurnChange {
    const place = this.#place
    const record = decodeRecord(parseStored(place, this.#lines.page.slice(this.#start, this.#end)), place)
    if (record?.type !== 'turn') return refuse(place, 'type', 'type is not what the record begins with')
    const { turn } = record
    for (const name of ['id', 'after'] as const)
      if (turn[name] !== this[name]) refuse(place, `turn.${name}`, `turn.${name} is there twice`)
    return turn
  }

  refuse({ field, why }: Misfit): never {
    return refuse(this.#place, `turn.${field}`, `turn.${why}`)
  }

  get #place(): RecordPlace {
    return { sessionId: this.#lines.sessionId, record: this.#record }
  }
}

/** The data of a line. What tells of a run is made into something else at once, and not made ours. @throws SessionError `invalid_stored_session` */
export function parseLine(place: RecordPlace, page: string, start: number, end: number): unknown {
  return parse(place, page.slice(start, end), page.startsWith(ofRun, start) ? JSON.parse : parseJson)
}

/** The data of a record's text. @throws SessionError `invalid_stored_session` */
export function parseStored(place: RecordPlace, text: string): unknown {
  return parse(place, text, parseJson)
}

function parse(place: RecordPlace, text: string, parser: (text: string) => unknown): unknown {
  try {
    return parser(text)
  } catch (error) {
    return refuse(place, 'record', `it is no JSON: ${toErrorData(error).message}`)
  }
}

/** @throws SessionError `invalid_stored_session` */
export function requireRecord(place: RecordPlace, stored: unknown): StoredRecord {
  const record = requireObject(place, stored, 'record')
  return isRecord(record) ? record : refuse(place, 'record', 'it has no version, or no type')
}

function isRecord(stored: JsonObject): stored is StoredRecord {
  return typeof stored.v === 'number' && typeof stored.type === 'string'
}

import { isSessionError, SessionError, type StoreFailureReason } from '@geppetto/session'
import { defined, toErrorData } from '@geppetto/turns'
import { Damage } from './row.ts'

/** The primary result codes of SQLite: https://sqlite.org/rescode.html */
const sqlite = {
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  /** Too many others were at the same lock at once. */
  protocol: 15,
  tooBig: 18,
  notADatabase: 26,
} as const

/**
 * What SQLite reports where there is no room, but not for want of it on the disk itself: SQLITE_IOERR_SHMSIZE, as the index of the log, the first file that is made,
 * could not be made as long as it has to be, and SQLITE_IOERR_WRITE, as a quota (EDQUOT) or the limit of a file's size (EFBIG) is reached. A disk that is
 * not sound says so when it is read or synchronised.
 */
const hasNoRoom: ReadonlySet<number> = new Set([4_874, 778])

const reasons: ReadonlyMap<number, StoreFailureReason> = new Map<number, StoreFailureReason>([
  [sqlite.permission, 'cannot_open'],
  [sqlite.busy, 'locked'],
  [sqlite.locked, 'locked'],
  [sqlite.protocol, 'locked'],
  [sqlite.readOnly, 'read_only'],
  [sqlite.io, 'io'],
  [sqlite.corrupt, 'damaged'],
  [sqlite.full, 'disk_full'],
  [sqlite.cannotOpen, 'cannot_open'],
  [sqlite.tooBig, 'too_big'],
  [sqlite.notADatabase, 'not_a_store'],
])

const advice: Readonly<Record<StoreFailureReason, string>> = {
  locked: 'another process holds its lock: try again when that has finished, or raise lockTimeoutMs',
  read_only:
    'it cannot be written to: make the file and its folder writable for this user, or open it with readOnly: true to read it',
  disk_full:
    'the disk is full, or a quota or the limit of a file’s size (ulimit -f) is reached: make room and try again; what was stored before is still there, and can be read with readOnly: true',
  cannot_open:
    'it cannot be opened: see that the folder exists, that this user may write in it, and that the path names a file',
  moved:
    'the file was deleted or moved while it was open: put it back, or open the store again; what was just to be written is not in it',
  not_a_store: 'it is no session store: it was left as it is; choose another path',
  damaged:
    'the file is damaged: copy it away, and restore a backup, or save what can be read with the sqlite3 program’s .recover',
  too_big: 'the value is larger than SQLite can keep: make it smaller',
  io: 'the disk reports an error: see that it is there and sound; what was stored before is not touched',
  closed: 'it has been closed: open it again with openSqliteStore',
}

/** Where SQLite finds the file sound: its `.recover` brings the same again. */
const changedAdvice =
  "what is in the file is not what was written: copy it away, and restore a backup, or save what is sound with exportSession(store, id, { damaged: 'leave-out' })"

/** What was read or written when something went wrong. */
export interface Place {
  readonly sessionId: string
  /** What of the session, in words. */
  readonly part?: string
  /** Where it is a record: its position, from 0. */
  readonly record?: number
}

/** What went wrong with a store, as an error that says what to do. What is a `SessionError` stays as it is. */
export function storeFailure(path: string, cause: unknown, place?: Place): SessionError {
  if (isSessionError(cause)) return cause
  const reason = reasonOf(cause)
  if (reason !== undefined) return failed(path, reason, cause, reason === 'damaged' ? place : undefined)
  return new SessionError('store_failed', `the session store ${path} failed: ${toErrorData(cause).message}`, { cause })
}

/** A failure for a known reason. */
export function failed(path: string, reason: StoreFailureReason, cause?: unknown, place?: Place): SessionError {
  const said = cause === undefined ? [] : [toErrorData(cause).message]
  const told = [...(place === undefined ? [] : [inWords(place)]), ...said].join(': ')
  const whatToDo = cause instanceof Damage ? changedAdvice : advice[reason]
  const message = `the session store ${path}: ${whatToDo}${told === '' ? '' : ` (${told})`}`
  return new SessionError('store_failed', message, { cause, reason, ...defined({ record: place?.record }) })
}

function inWords({ sessionId, part }: Place): string {
  const session = `session ${sessionId}`
  return part === undefined ? session : `${part} of ${session}`
}

/** What cannot be opened for reading. */
export function unreadableStore(path: string, cause: unknown): SessionError {
  const advice =
    'see that there is a file, and that this user may read it; without readOnly: true it is made where there is none'
  const message = `the session store ${path}: it cannot be opened for reading: ${advice} (${toErrorData(cause).message})`
  return new SessionError('store_failed', message, { cause, reason: 'cannot_open' })
}

/** What is to be written to a store that was opened for reading. */
export function readOnlyStore(path: string): SessionError {
  const message = `the session store ${path} was opened with readOnly: true: open it without to write to it`
  return new SessionError('store_failed', message, { reason: 'read_only' })
}

/** Why SQLite, or Node, refused; undefined where it is none of the reasons that can be helped. */
export function reasonOf(thrown: unknown): StoreFailureReason | undefined {
  if (thrown instanceof Damage) return 'damaged'
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  switch (thrown.code) {
    case 'ERR_SQLITE_ERROR':
      return 'errcode' in thrown && typeof thrown.errcode === 'number' ? reasonOfCode(thrown.errcode) : undefined
    case 'ERR_INVALID_STATE':
      return 'closed'
    case 'EACCES':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENXIO':
      return 'cannot_open'
    case 'EPERM':
    case 'EROFS':
      return 'read_only'
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'disk_full'
    case 'EIO':
      return 'io'
    default:
      return undefined
  }
}

/** The primary code is in the lowest byte. */
function reasonOfCode(code: number): StoreFailureReason | undefined {
  return hasNoRoom.has(code) ? 'disk_full' : reasons.get(code & 0xff)
}

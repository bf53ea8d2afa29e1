import {
  adoptFields,
  type Block,
  encodeBlock,
  findNonJson,
  frozenJson,
  type JsonObject,
  toErrorData,
} from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { SessionMetadata, StoredRecord } from '../contract/store.ts'
import {
  type RecordPlace,
  refuse,
  requireIndex,
  requireObject,
  requireText,
  requireTexts,
} from '../contract/stored-field.ts'
import { decodePromptRecord, type PromptRecord } from './prompt-record.ts'
import { decodeRunRecord, type RunRecord } from './run-record.ts'
import { decodeSnapshotRecord, type SnapshotRecord } from './snapshot-record.ts'
import type { TurnChange } from './turn-change.ts'
import { decodeChange, encodeChange } from './turn-record.ts'

/** One entry of a session's log, as a session speaks of it. */
export type SessionRecord =
  | { readonly type: 'session'; readonly metadata: SessionMetadata }
  /** A turn that is new, which is the latest from here on, or a further state of one that is known. */
  | { readonly type: 'turn'; readonly turn: TurnChange }
  /** Another turn is the latest from here on. */
  | { readonly type: 'head'; readonly turnId: string }
  /** Turns have nothing left to run of which no record of a run says so: those of a fork, say. */
  | { readonly type: 'completed'; readonly turnIds: readonly string[] }
  | RunRecord
  | PromptRecord
  | SnapshotRecord

/** The version of the format that is written. Older ones are read for ever. */
export const recordVersion = 1

/**
 * The record as plain data; `encode` makes that of a block.
 * @throws SessionError `invalid_stored_session` when it holds what could not be read back
 */
export function encodeRecord(record: SessionRecord, encode: (block: Block) => JsonObject = encodeBlock): StoredRecord {
  const { type } = record
  try {
    // Made ours once: a store need not look at it again.
    return adoptFields({ ...encodeBlocks(record, encode), v: recordVersion, type }, type)
  } catch (cause) {
    const { message } = toErrorData(cause)
    throw new SessionError('invalid_stored_session', `the session cannot be stored: ${message}`, { cause })
  }
}

function encodeBlocks(record: SessionRecord, encode: (block: Block) => JsonObject): object {
  switch (record.type) {
    case 'turn':
    case 'snapshot':
      return { ...record, turn: encodeChange(record.turn, encode) }
    case 'prompt-queued':
    case 'prompt-edited':
      return { ...record, said: encode(record.said) }
    default:
      return record
  }
}

/** The blocks that the record itself has. */
export function blocksOf(record: SessionRecord): readonly Block[] {
  if (record.type === 'turn' || record.type === 'snapshot') return record.turn.parts.filter((part) => 'kind' in part)
  return 'said' in record ? [record.said] : []
}

/**
 * Reads a record from plain data, which is frozen in place. Unknown fields stay on their objects; a record of a type that this version
 * does not know is undefined, and stays in the store.
 * @throws SessionError `invalid_stored_session` naming record and field, `unsupported_version` when a newer version wrote it
 */
export function decodeRecord(stored: unknown, place: RecordPlace): SessionRecord | undefined {
  const record = requireObject(place, stored, 'record')
  requireVersion(place, record.v)
  const type = requireText(place, record.type, 'type')
  switch (type) {
    case 'session': {
      const metadata = requireObject(place, record.metadata, 'metadata')
      const problem = findNonJson(metadata, 'metadata')
      if (problem !== undefined) refuse(place, 'metadata', problem)
      return { type, metadata: frozenJson(metadata, 'metadata') }
    }
    case 'turn':
      return { type, turn: decodeChange(place, record.turn) }
    case 'head':
      return { type, turnId: requireText(place, record.turnId, 'turnId') }
    case 'snapshot':
      return decodeSnapshotRecord(place, record)
    case 'completed':
      return { type, turnIds: requireTexts(place, record.turnIds, 'turnIds') }
    default:
      return decodeRunRecord(place, type, record) ?? decodePromptRecord(place, type, record)
  }
}

function requireVersion(place: RecordPlace, value: unknown): void {
  const version = requireIndex(place, value, 'v')
  if (version === 0) refuse(place, 'v', 'v must be the number of the format’s version, from 1')
  if (version > recordVersion)
    throw new SessionError(
      'unsupported_version',
      `record ${place.record} of session ${place.sessionId} is stored in version ${version} of the format, and this package reads up to ${recordVersion}: upgrade @geppetto/session`,
      { record: place.record, field: 'v' },
    )
}

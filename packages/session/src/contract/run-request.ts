import { defined, type JsonObject } from '@geppetto/turns'
import { type RecordPlace, requireText } from './stored-field.ts'

/** The request that a run is for, as its records tell of it. */
export interface RunRequest {
  /** The caller's own id of it. */
  readonly requestId: string
  /** Of what was submitted under that id; see `digestOf`. */
  readonly promptDigest?: string
}

/** Reads it from a record; nothing where the run is for none. @throws SessionError `invalid_stored_session` */
export function readRequest(place: RecordPlace, { requestId, promptDigest }: JsonObject): Partial<RunRequest> {
  return defined({
    requestId: requestId === undefined ? undefined : requireText(place, requestId, 'requestId'),
    promptDigest: promptDigest === undefined ? undefined : requireText(place, promptDigest, 'promptDigest'),
  })
}

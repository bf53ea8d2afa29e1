import type { EventCursor } from '@geppetto/events'

/**
 * The names of the frames of `GET sessions/ID/events`. A frame without a name is an event of the run (`Event` of `@geppetto/events`), and its id the cursor behind it.
 * `turn`: a turn as it stands, to which the events that follow are added. `status`: what is true once its cursor has been reached. `deleted`: there will be nothing more.
 */
export const streamFrames = { turn: 'turn', status: 'status', deleted: 'deleted' } as const

/** A cursor as the id of a frame, and as `Last-Event-ID`. */
export function formatCursor({ epoch, seq }: EventCursor): string {
  return `${epoch}.${seq}`
}

/** The cursor of a `Last-Event-ID`; undefined where it is none. */
export function parseCursor(text: string): EventCursor | undefined {
  const [, epoch, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  return epoch === undefined || seq === undefined ? undefined : { epoch: Number(epoch), seq: Number(seq) }
}

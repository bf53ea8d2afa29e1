import { numberIn } from '@geppetto/engine'
import type { EventCursor } from '@geppetto/events'

/** A cursor; undefined where it is none. */
export function decodeCursor(json: unknown): EventCursor | undefined {
  const epoch = numberIn(json, 'epoch')
  const seq = numberIn(json, 'seq')
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq }
}

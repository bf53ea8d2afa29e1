import { type Context, withCancel } from '@geppetto/context'
import { compareCursors, type Event, type EventCursor, isEvent } from '@geppetto/events'
import { isJsonObject, quote } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import { toldAgain } from '../ledger/told-again.ts'
import { readStoredEvents } from '../records/stored-events.ts'
import type { LiveFeed } from './live-feed.ts'
import { findAhead } from './reader-ahead.ts'

/** How often the store is asked for what others have written, in milliseconds. */
export const lookMs = 200

/** What is followed. */
export interface FollowedSession {
  readonly sessionId: string
  readonly store: SessionStore
  readonly feed: LiveFeed
  /** The last event that the reader has; default: none. */
  readonly from: EventCursor | undefined
}

/** @throws SessionError `invalid_options` where a cursor, as from a browser, is none. */
export function assertCursor(from: unknown): void {
  const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
  if (from === undefined || (isJsonObject(from) && isNumber(from.epoch) && isNumber(from.seq))) return
  throw new SessionError(
    'invalid_options',
    `from must be { epoch, seq } of the last event that the reader has, or left out for all of them, not ${quote(from)}`,
    { field: 'from' },
  )
}

/**
 * The events of a session: those that the store has behind `from`, then those to come, of this object's runs as they happen, of others as they
 * reach the store. Ends when the context does, or when the reader leaves.
 */
export function followSession(followed: FollowedSession, ctx: Context): AsyncIterableIterator<Event> {
  const own = withCancel(ctx)
  const events = follow(followed, own.ctx)
  const leave = async (): Promise<IteratorResult<Event>> => {
    own.cancel('left')
    own.release()
    return events.return(undefined)
  }
  const follower: AsyncIterableIterator<Event> = {
    async next() {
      const result = await events.next()
      if (result.done === true) own.release()
      return result
    },
    return: leave,
    [Symbol.asyncIterator]: () => follower,
  }
  return follower
}

async function* follow(
  { sessionId, store, feed, from }: FollowedSession,
  ctx: Context,
): AsyncGenerator<Event, undefined> {
  const { signal } = ctx
  let cursor = from
  const ahead = from && (await findAhead(store, sessionId, from, ctx.clock.now()))
  if (ahead !== undefined) {
    yield ahead.event
    cursor = ahead.cursor
  }
  while (!signal.aborted) {
    const live = feed.follow()
    const leave = () => void live?.reader.return()
    signal.addEventListener('abort', leave, { once: true })
    try {
      const isWritten = live === undefined || (await settles(live.journal.sync()))
      for await (const stored of readStoredEvents(store, sessionId, cursor)) {
        if (live !== undefined && compareCursors(stored, live.start) > 0) break
        const { event } = stored
        if (isEvent(event)) {
          if (cursor !== undefined) yield* toldAgain(store, sessionId, cursor, event)
          yield event
        }
        cursor = cursorOf(stored)
        if (signal.aborted) return undefined
      }
      if (live === undefined) {
        await pause(ctx, feed)
        continue
      }
      // The run has at least its end still to say, which is where the reader goes on from.
      if (!isWritten && (cursor === undefined || compareCursors(cursor, live.start) < 0))
        yield unwritten(cursor, live.start, ctx.clock.now())
      for await (const event of live.reader) {
        yield event
        cursor = { epoch: event.epoch ?? 0, seq: event.seq }
      }
    } finally {
      signal.removeEventListener('abort', leave)
      leave()
    }
  }
  return undefined
}

/** Whether it succeeds. */
async function settles(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch {
    // The run goes on, and hears of its store by itself.
    return false
  }
}

/** In place of what could not be written, and so cannot be read. */
function unwritten(cursor: EventCursor | undefined, start: EventCursor, time: number): Event {
  const fromSeq = cursor?.epoch === start.epoch ? cursor.seq + 1 : 1
  const count = start.seq - fromSeq + 1
  return { type: 'gap', v: 1, ...cursorOf(start), time, correlation: {}, fromSeq, toSeq: start.seq, count }
}

function cursorOf({ epoch, seq }: EventCursor): EventCursor {
  return { epoch, seq }
}

/** Waits for a moment, or until a run of this object begins. */
function pause(ctx: Context, feed: LiveFeed): Promise<void> {
  return new Promise((resolve) => {
    const stopTimer = ctx.clock.schedule(() => end(), lookMs)
    const stopListening = feed.onBegin(() => end())
    const end = () => {
      stopTimer()
      stopListening()
      ctx.signal.removeEventListener('abort', end)
      resolve()
    }
    if (ctx.signal.aborted) end()
    else ctx.signal.addEventListener('abort', end, { once: true })
  })
}

import { EventError } from './custom-event.ts'
import type { EventDraft } from './event.ts'

/** The events that tell of themselves only: no other event, and nothing that is committed, hangs on them. */
type PublicEventType =
  | 'custom'
  | 'debugger-continued'
  | 'debugger-paused'
  | 'info'
  | 'log'
  | 'provider-call-retried'
  | 'run-rolled-back'
  | 'tool-execution-progress'

const publicTypes: { readonly [type in PublicEventType]: true } = {
  custom: true,
  'debugger-continued': true,
  'debugger-paused': true,
  info: true,
  log: true,
  'provider-call-retried': true,
  'run-rolled-back': true,
  'tool-execution-progress': true,
}

/**
 * What tools, middlewares and applications may publish. The other events belong to the session, the engine and the tool executor,
 * which publish them on the hub.
 */
export type PublicEventDraft = Extract<EventDraft, { readonly type: PublicEventType }>

/** @throws EventError `event_not_public` where a caller in JavaScript publishes what is not a {@link PublicEventDraft}. */
export function assertPublic(draft: PublicEventDraft): void {
  if (Object.hasOwn(publicTypes, draft.type)) return
  throw new EventError(
    'event_not_public',
    `publish takes no ${draft.type}: the session, the engine and the tool executor publish theirs on the hub; yours is custom, made with defineEvent`,
  )
}

import type { Clock, IdGenerator } from '@geppetto/context'
import type { ContentPart } from '@geppetto/turns'
import type { EngineBuilder } from './builder.ts'
import type { Graces } from './graces.ts'
import { SessionError } from './session-error.ts'
import type { SessionMetadata, SessionStore } from './store.ts'

/** What a session is made of. */
export interface SessionOptions {
  /** Makes what runs its turns, such as `createEngineBuilder({ base: … })`. */
  readonly builder: EngineBuilder
  /** Default: a random one. */
  readonly id?: string
  /** Where it is kept; default: in this object alone. */
  readonly store?: SessionStore
  readonly metadata?: SessionMetadata
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: random. */
  readonly ids?: IdGenerator
  /** How long settlement waits for others. */
  readonly graces?: Partial<Graces>
}

/** What a user says: a text, or parts. */
export type Prompt = string | readonly ContentPart[]

/** @throws SessionError `invalid_options` when there is no builder, or a grace is no time. */
export function assertOptions(options: SessionOptions): void {
  if (typeof options?.builder?.build !== 'function')
    throw new SessionError(
      'invalid_options',
      'a session needs a builder: new Session({ builder: createEngineBuilder({ base: … }) })',
    )
  for (const [name, ms] of Object.entries(options.graces ?? {}))
    if (!Number.isFinite(ms) || ms < 0)
      throw new SessionError('invalid_options', `graces.${name} must be a number of milliseconds of at least 0`)
}

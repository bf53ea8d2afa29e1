import type { Clock, IdGenerator } from '@geppetto/context'
import { type ContentPart, findNonJson, frozenJson, isJsonObject, quote } from '@geppetto/turns'
import type { EngineBuilder } from './builder.ts'
import { defaultGraces, type Graces } from './graces.ts'
import { assertFlag, assertKnownOptions, assertOptionsOf } from './known-options.ts'
import { SessionError } from './session-error.ts'
import { type SnapshotPhase, snapshotPhases } from './snapshot.ts'
import { startHints } from './start-hints.ts'
import type { SessionMetadata, SessionStore } from './store.ts'

/** What a session is made of. */
export interface SessionOptions {
  /** Makes what runs its turns, such as `createEngineBuilder({ base: … })`. */
  readonly builder: EngineBuilder
  /** Default: a random one. */
  readonly id?: string
  /** Where it is kept; default: in this object alone. */
  readonly store?: SessionStore
  /**
   * The caller sees to it that nobody else opens the session: needed for a store that cannot keep a second writer out
   * (`capabilities.exclusive` is false), as two would spoil the session for each other. Default false.
   */
  readonly soleWriter?: boolean
  /** Who runs it, for people: told to others who find the session busy. Default: a random one. */
  readonly holder?: string
  readonly metadata?: SessionMetadata
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: random. */
  readonly ids?: IdGenerator
  /** Which snapshots of the turn are kept in the store as a run goes on, for those who look for faults: true for all phases. Default none. */
  readonly keepSnapshots?: true | readonly SnapshotPhase[]
  /** How long settlement waits for others. */
  readonly graces?: Partial<Graces>
}

/** How a session is opened. */
export interface OpenOptions extends Omit<SessionOptions, 'store' | 'id'> {
  /** Begins a session of that id where the store has none, with the `metadata` of these options. Default: that is an error. */
  readonly create?: boolean
  /** It is the second argument of `Session.open`. */
  readonly id?: never
  /** It is the first argument of `Session.open`. */
  readonly store?: never
}

/** What a user says: a text, or parts. */
export type Prompt = string | readonly ContentPart[]

const ofBoth: Readonly<Record<Exclude<keyof SessionOptions, 'id' | 'store'>, true>> = {
  builder: true,
  soleWriter: true,
  holder: true,
  metadata: true,
  clock: true,
  ids: true,
  graces: true,
  keepSnapshots: true,
}
const known: Readonly<Record<keyof SessionOptions, true>> = { ...ofBoth, id: true, store: true }
const knownToOpen: Readonly<Record<Exclude<keyof OpenOptions, 'id' | 'store'>, true>> = { ...ofBoth, create: true }

const engineHint = 'What answers is given to a builder: builder: createEngineBuilder({ base: … })'
const hints = { ...startHints, model: engineHint, engine: engineHint, base: engineHint }

const usage = 'Session.open(store, id, options)'
const openHints = { ...hints, id: `It is the second argument: ${usage}`, store: `It is the first argument: ${usage}` }

const storeMethods = [
  'acquire',
  'renew',
  'release',
  'commit',
  'appendEvents',
  'read',
  'readEvents',
  'readBlob',
  'requestCancel',
  'readInbox',
  'leaveNote',
  'notes',
  'find',
  'list',
  'delete',
  'pruneEvents',
] as const

/** @throws SessionError `invalid_options` when there is an option that `Session.open` has not, or `create` is neither true nor false. */
export function assertOpenOptions(options: unknown): asserts options is OpenOptions {
  assertOptionsOf(options, 'Session.open(store, id, { builder })', Object.keys(knownToOpen), openHints)
  assertFlag(Object(options).create, 'create')
}

/** @throws SessionError `invalid_options` when there is no builder, the id is empty, the store is none or open to a second writer, or a grace is no time. */
export function assertOptions(options: SessionOptions): void {
  assertKnownOptions(options, Object.keys(known), '', hints)
  assertKnownOptions(options?.graces, Object.keys(defaultGraces), 'graces')
  assertBuilder(options?.builder)
  const { id, holder, store } = options
  for (const [name, text] of Object.entries({ id, holder }))
    if (text !== undefined && (typeof text !== 'string' || text === ''))
      throw new SessionError(
        'invalid_options',
        `${name} must be a text, not ${quote(text)}: leave it out for a random one`,
        { field: name },
      )
  assertMethods('clock', options.clock, ['now', 'schedule'], 'the machine’s')
  assertMethods('ids', options.ids, ['next'], 'random ones')
  assertFlag(options.soleWriter, 'soleWriter')
  if (store !== undefined) assertStore(store)
  if (store !== undefined && store.capabilities?.exclusive !== true && options.soleWriter !== true)
    throw new SessionError(
      'invalid_options',
      'the store does not keep a second writer out (capabilities.exclusive): pass soleWriter: true where nobody else opens the session, or another store',
      { field: 'store' },
    )
  const { keepSnapshots = [] } = options
  const phases: readonly unknown[] =
    keepSnapshots === true ? [] : Array.isArray(keepSnapshots) ? keepSnapshots : [keepSnapshots]
  const stranger = phases.find((phase) => !snapshotPhases.some((known) => known === phase))
  if (stranger !== undefined)
    throw new SessionError(
      'invalid_options',
      `keepSnapshots must be true, or a list of ${snapshotPhases.join(', ')}, not ${quote(stranger)}`,
      { field: 'keepSnapshots' },
    )
  for (const [name, ms] of Object.entries(options.graces ?? {}))
    if (!Number.isFinite(ms) || ms < 0)
      throw new SessionError('invalid_options', `graces.${name} must be a number of milliseconds of at least 0`, {
        field: `graces.${name}`,
      })
}

function assertMethods(field: string, value: unknown, methods: readonly string[], otherwise: string): void {
  if (value === undefined || methods.every((method) => typeof Object(value)[method] === 'function')) return
  const made = methods.map((method) => `${method}()`).join(' and ')
  throw new SessionError('invalid_options', `${field} must have ${made}: leave it out for ${otherwise}`, { field })
}

/** @throws SessionError `invalid_options` when it is none. */
export function assertStore(store: SessionStore): void {
  for (const method of storeMethods)
    if (typeof store?.[method] !== 'function')
      throw new SessionError(
        'invalid_options',
        `the store has no method ${method}: pass createMemoryStore(), or another SessionStore`,
        { field: 'store' },
      )
}

/** @throws SessionError `invalid_options` when it is none: for callers without types. */
export function assertSessionId(id: unknown): void {
  if (typeof id === 'string' && id !== '') return
  throw new SessionError('invalid_options', `id must be the text that names the session, not ${quote(id)}`, {
    field: 'id',
  })
}

/** @throws SessionError `invalid_options` when it is no text: for callers without types. */
export function assertText(value: unknown, field: string): void {
  if (typeof value === 'string' && value !== '') return
  throw new SessionError('invalid_options', `${field} must be a text, not ${quote(value)}`, { field })
}

/** @throws SessionError `invalid_options` when it is no prompt: for callers without types. What its parts lack, the block says that is made of them. */
export function assertPrompt(prompt: unknown): void {
  if (typeof prompt === 'string' || Array.isArray(prompt)) return
  throw new SessionError('invalid_options', `prompt must be a text or a list of parts, not ${quote(prompt)}`, {
    field: 'prompt',
  })
}

/** @throws SessionError `invalid_options` when it is none. */
export function assertBuilder(builder: EngineBuilder): void {
  if (typeof builder?.build === 'function') return
  throw new SessionError(
    'invalid_options',
    'a session needs a builder, and createEngineBuilder({ base: … }) of @geppetto/enginebuilder makes one',
    { field: 'builder' },
  )
}

/** A copy that nobody can change. @throws SessionError `invalid_options` when it is not JSON, which a store could not keep, or its title or owner is no text */
export function copyMetadata(metadata: SessionMetadata): SessionMetadata {
  const problem = isJsonObject(metadata) ? findNonJson(metadata, 'metadata') : 'metadata must be an object'
  if (problem !== undefined) throw new SessionError('invalid_options', problem, { field: 'metadata' })
  for (const name of ['title', 'ownerId']) {
    const value = metadata[name]
    if (value === undefined || typeof value === 'string') continue
    const why = `metadata.${name} must be a text, not ${quote(value)}`
    throw new SessionError('invalid_options', why, { field: `metadata.${name}` })
  }
  return frozenJson(metadata, 'metadata')
}

/** @throws SessionError `invalid_options` when it is neither left out nor a text: a store could not keep it. */
export function assertRequestId(requestId: unknown): void {
  if (requestId === undefined || (typeof requestId === 'string' && requestId !== '')) return
  throw new SessionError(
    'invalid_options',
    `requestId must be a text, not ${quote(requestId)}: leave it out for none`,
    { field: 'requestId' },
  )
}

const whenBusyChoices: readonly unknown[] = ['reject', 'queue', 'interrupt']

/** @throws SessionError `invalid_options` when it is none of the choices. */
export function assertWhenBusy(whenBusy: unknown): void {
  if (!whenBusyChoices.includes(whenBusy))
    throw new SessionError('invalid_options', `whenBusy must be reject, queue or interrupt, not ${quote(whenBusy)}`, {
      field: 'whenBusy',
    })
}

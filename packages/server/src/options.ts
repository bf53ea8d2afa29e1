import type { Profile } from '@geppetto/client/protocol'
import { type Clock, systemClock } from '@geppetto/context'
import type { EngineBuilder, SessionMetadata, SessionStore, Snapshot } from '@geppetto/session'
import type { Authorize } from './authorize.ts'
import { type Limits, limitsOf } from './limits.ts'
import { RequestLog } from './request-log.ts'

/** For whom a builder is made: asked anew for each run. */
export interface BuilderRequest {
  readonly sessionId: string
  /** One of the server's profiles; undefined where it has none. */
  readonly profile: string | undefined
  readonly metadata: SessionMetadata
}

/** What can be looked into. What is said there is for who runs the server: system prompts, tools, what is sent to providers. */
export interface DebugOptions {
  /** Step mode: what `createStepController({ sessions: 'asked' })` of `@geppetto/enginebuilder` makes, which the builder is given too. */
  readonly steps?: StepMode
}

/** What pauses runs, and lets them go on. */
export interface StepMode {
  /** Pauses the runs of a session until what it returns is called, which lets them go on. */
  stepThrough(sessionId: string): () => void
  readonly pending: readonly { readonly pauseId: string; readonly sessionId?: string }[]
  continue(pauseId: string): void
  cancel(pauseId: string): void
}

/** What a server is made of. */
export interface SessionServerOptions {
  /** Where the sessions are. */
  readonly store: SessionStore
  /** Makes what runs their turns: one for all, or a function that makes it for a run. */
  readonly builder: EngineBuilder | ((request: BuilderRequest) => EngineBuilder | Promise<EngineBuilder>)
  /** What a user may choose from; the first is the default. Default: nothing to choose. */
  readonly profiles?: readonly Profile[]
  /** Who may do what. Default: whoever is on this machine, and nobody else. */
  readonly authorize?: Authorize
  /** The pages, as `https://example.org`, that may use the server from another origin than its own. Default: none. */
  readonly origins?: readonly string[]
  readonly limits?: Partial<Limits>
  /** What the paths begin with, as `/api`. Default: nothing. */
  readonly basePath?: string
  /** For those who look for faults: snapshots, requests and step mode can be asked for. Default: they cannot. */
  readonly debug?: DebugOptions
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Is told what no caller may see: errors that are not the caller's. Default: `console.error`. */
  readonly reportError?: (error: unknown) => void
}

/** What can be looked into, and what there is to be seen. */
export interface DebugSettings extends DebugOptions {
  readonly requests: RequestLog
  /** Those of the runs that go on, by their ids. */
  readonly snapshots: Map<string, readonly Snapshot[]>
}

/** The options with nothing left out. */
export interface ServerSettings
  extends Required<Omit<SessionServerOptions, 'authorize' | 'limits' | 'builder' | 'debug'>> {
  readonly authorize: Authorize | undefined
  readonly debug: DebugSettings | undefined
  readonly limits: Limits
  readonly makeBuilder: (request: BuilderRequest) => EngineBuilder | Promise<EngineBuilder>
}

/** @throws TypeError when something that is needed is missing, or no such thing. */
export function settingsOf(options: SessionServerOptions): ServerSettings {
  const { store, builder, authorize, profiles = [], origins = [], basePath = '', clock = systemClock } = options
  if (typeof store?.list !== 'function') throw new TypeError('a server needs a store, as createMemoryStore() makes one')
  if (typeof builder !== 'function' && typeof builder?.build !== 'function')
    throw new TypeError('a server needs a builder: createEngineBuilder({ base: … }), or a function that makes one')
  if (basePath !== '' && !/^\/.*[^/]$/.test(basePath))
    throw new TypeError(`basePath must begin with / and not end with it, not ${basePath}`)
  const limits = limitsOf(options.limits)
  assertOrigins(origins)
  const { reportError = (error) => console.error(error) } = options
  const debug = options.debug && { ...options.debug, requests: new RequestLog(), snapshots: new Map() }
  const makeBuilder = typeof builder === 'function' ? builder : () => builder
  return { store, makeBuilder, profiles, authorize, debug, origins, limits, basePath, clock, reportError }
}

/** @throws TypeError for what no browser would ever say */
function assertOrigins(origins: readonly string[]): void {
  const isOrigin = (each: string) => URL.canParse(each) && `${new URL(each).protocol}//${new URL(each).host}` === each
  if (Array.isArray(origins) && origins.every(isOrigin)) return
  throw new TypeError('origins must be a list of origins, each as https://example.org: no path, and no pattern')
}

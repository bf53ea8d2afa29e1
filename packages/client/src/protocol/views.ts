import type { EventCursor } from '@geppetto/events'
import type { Block, ContentPart, ErrorData, ProviderCallRecord, StopReason, Usage } from '@geppetto/turns'

/** A session as a list shows it. */
export interface SessionInfo {
  readonly sessionId: string
  readonly title?: string
  /** What answers in it, where nothing else is said. */
  readonly profile?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly isRunning: boolean
  readonly forkedFrom?: { readonly sessionId: string; readonly turnId: string }
}

/** A page of the list of sessions, the one that was written to last first. */
export interface SessionPage {
  readonly sessions: readonly SessionInfo[]
  /** Give it as `after` for the next page; absent on the last. */
  readonly next?: string
}

/** One way in which a conversation goes on from a turn's place. */
export interface BranchView {
  readonly turnId: string
  /** Check this turn out to go on with the branch; absent on the one that the session is on. */
  readonly tipId?: string
  readonly isCurrent: boolean
}

/** A turn as it is shown: what was said in it, in order. Media are addresses of the server; what is opaque to all but a provider is left out. */
export interface TurnView {
  readonly turnId: string
  /** The turn that it follows; absent for the first. */
  readonly parentId?: string
  readonly createdAt: number
  readonly blocks: readonly Block[]
  /** It and those beside it. */
  readonly branches: readonly BranchView[]
  /** The provider calls that were made for it: model, usage, how they ended. */
  readonly calls: readonly ProviderCallRecord[]
  /** Its run, and the request that it is for, where it is about to begin. */
  readonly begins?: { readonly runId: string; readonly requestId?: string }
}

/** How a run ended. */
export interface EndedRun {
  readonly runId: string
  readonly turnId: string
  readonly status: 'completed' | 'cancelled' | 'failed' | 'waiting'
  readonly stop: StopReason
  readonly error?: ErrorData
  readonly usage?: Usage
}

/** What the session's record says of its runs. */
export interface RunView {
  /**
   * `stopping`: it was asked to. `interrupted`: the newest run was cut off by the end of its server, and `resume` goes on with it.
   */
  readonly status: 'idle' | 'running' | 'stopping' | 'interrupted'
  /** The run that is active. */
  readonly runId?: string
  /** The newest that has ended. */
  readonly last?: EndedRun
}

/** A prompt that waits for the run before it. */
export interface QueuedPromptView {
  readonly runId: string
  readonly requestId?: string
  readonly prompt: readonly ContentPart[]
  readonly submittedAt: number
}

/** What is true of a session once its events up to `cursor` have been heard. */
export interface SessionStatus {
  readonly sessionId: string
  readonly title?: string
  readonly profile?: string
  readonly cursor: EventCursor
  /** The latest turn; absent before the first. */
  readonly head?: string
  readonly run: RunView
  readonly queue: readonly QueuedPromptView[]
}

/** A session as it stands: its newest turns, and what is true of it. The events behind its cursor go on from there. */
export interface SessionSnapshot extends SessionStatus {
  readonly turns: readonly TurnView[]
  /** How many turns there are before these. */
  readonly earlier: number
  /** Of the requests that were asked about (`?request=`): those that stand in it, on whichever branch, or wait in line, or have been withdrawn. */
  readonly known: readonly string[]
}

/** Something that can answer: a model with its settings, say. What it stands for, the server knows. */
export interface Profile {
  readonly id: string
  readonly label: string
  readonly description?: string
}

/** What can be chosen, and what may be sent. */
export interface ProfileList {
  readonly profiles: readonly Profile[]
  /** What answers where nothing is chosen. */
  readonly defaultProfile?: string
  readonly uploads: { readonly maxBytes: number; readonly mediaTypes: readonly string[] }
}

/** What was accepted. It goes on without the connection. */
export interface AcceptedRun {
  readonly runId: string
  readonly requestId: string
  /** `queued`: it waits for the run before it. `settled`: the request had been made before, and its run has ended. */
  readonly state: 'running' | 'queued' | 'settled'
  /** The turn that it runs; absent while it waits. */
  readonly turnId?: string
}

/** A file that the server keeps for a while, to be said with a prompt. */
export interface UploadedFile {
  /** `sha256-` and the hash of its bytes. */
  readonly upload: string
  readonly mediaType: string
  readonly bytes: number
}

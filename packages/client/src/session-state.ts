import type { ClientError } from './client-error.ts'
import type { ToolProgress } from './conversation.ts'
import type { PendingPrompt } from './outbox.ts'
import type { QueuedPromptView, RunView, TurnView } from './protocol/views.ts'

/** A session as its client sees it: an immutable value, in which what has not changed is the same object as before. */
export interface SessionState {
  readonly sessionId: string
  /**
   * `idle`: nobody looks. `waiting`: the server is tried again in a moment. `offline`: as soon as there is a network. `failed`: `error` says why, and nothing is
   * tried any more.
   */
  readonly connection: 'idle' | 'connecting' | 'live' | 'waiting' | 'offline' | 'failed'
  /** Whether the server has been heard of: before, the session only looks empty. */
  readonly isLoaded: boolean
  readonly title?: string
  readonly profile?: string
  readonly turns: readonly TurnView[]
  /** How many turns there are before these: `loadEarlier` gets some. */
  readonly earlier: number
  /** By the session's record, not by the connection. */
  readonly run: RunView
  /** Prompts that wait for the run before them. */
  readonly queue: readonly QueuedPromptView[]
  /** Prompts that are on their way: shown behind the turns. */
  readonly pending: readonly PendingPrompt[]
  /** The tools that run, by the ids of their calls. */
  readonly progress: Readonly<Record<string, ToolProgress>>
  readonly error?: ClientError
}

/** The state before anything has been heard. */
export function emptyState(sessionId: string): SessionState {
  return {
    sessionId,
    connection: 'idle',
    isLoaded: false,
    turns: [],
    earlier: 0,
    run: { status: 'idle' },
    queue: [],
    pending: [],
    progress: {},
  }
}

/** The next state, or the one before where nothing is another. */
export function changed(before: SessionState, next: SessionState): SessionState {
  const names = new Set([...Object.keys(before), ...Object.keys(next)])
  const isSame = [...names].every((name) => Reflect.get(before, name) === Reflect.get(next, name))
  return isSame ? before : Object.freeze(next)
}

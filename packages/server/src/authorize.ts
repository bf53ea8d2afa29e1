/** What a caller wants. */
export type Action =
  | 'list-profiles'
  | 'list-sessions'
  | 'create-session'
  | 'read-session'
  | 'follow-session'
  | 'change-session'
  | 'delete-session'
  | 'submit'
  | 'cancel'
  | 'regenerate'
  | 'edit'
  | 'checkout'
  | 'fork'
  | 'resume'
  | 'answer'
  | 'change-queue'
  | 'upload'
  | 'read-blob'
  /** Only where the server has `debug`. */
  | 'debug'

/** What is to be decided. */
export interface AuthorizeRequest {
  readonly request: Request
  readonly action: Action
  /** Absent for actions that are of no one session. */
  readonly sessionId?: string
  /** The address that the connection comes from, where the platform has said it. */
  readonly remoteAddress?: string
}

/** Whoever may do it. */
export interface Grant {
  /** Who it is: sees and touches only sessions of this owner, and owns those that are created. Where there is no such field: all sessions. */
  readonly ownerId?: string
}

/** Decides who may do what; false: nobody. Of a stream it is asked again each minute (`limits.recheckMs`). Anything else than a grant or false lets nobody in. */
export type Authorize = (asked: AuthorizeRequest) => Grant | false | Promise<Grant | false>

/** What the platform knows about a request beside what it says of itself. */
export interface RequestInfo {
  /** The address that the connection comes from. */
  readonly remoteAddress?: string | undefined
  /** Keeps a platform alive that ends with the answer, as workers do: is given what ends with the run that a request has begun. */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined
}

/** Who has been let in. */
export interface Caller {
  readonly ownerId: string | undefined
  /** For whom is counted what is limited. */
  readonly key: string
}

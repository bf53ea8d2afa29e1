/** A part of what a user says: a text, or a file that was uploaded to the session. */
export type SaidPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly upload: string }
  | { readonly type: 'file'; readonly upload: string; readonly name?: string }

/** What a user says. */
export type Said = string | readonly SaidPart[]

/** Every intent that begins a run: sending it again under the same id begins nothing new. */
interface RunIntent {
  readonly requestId: string
  /** What answers; default: the session's. */
  readonly profile?: string
}

/** `POST sessions`. */
export interface CreateSessionIntent {
  /** The caller's choice, of 8 to 64 letters, digits, `_` and `-`; default: the server's. Creating it again changes nothing. */
  readonly sessionId?: string
  readonly title?: string
  readonly profile?: string
}

/** `PATCH sessions/ID`. */
export interface ChangeSessionIntent {
  readonly title?: string
  readonly profile?: string
}

/** `POST sessions/ID/messages`. */
export interface SubmitIntent extends RunIntent {
  readonly content: Said
  /** While a run is active: an error (default), wait behind it, or stop it and take its place. */
  readonly whenBusy?: 'reject' | 'queue' | 'interrupt'
}

/** `POST sessions/ID/cancel`. */
export interface CancelIntent {
  /** Only this run is stopped; default: whichever is active. */
  readonly runId?: string
}

/** `POST sessions/ID/regenerate`: asks a turn's prompt once more. `head`: the latest turn that the caller knows of. */
export interface RegenerateIntent extends RunIntent {
  readonly turnId: string
  readonly head: string
}

/** `POST sessions/ID/edit`: another prompt in place of a turn's. */
export interface EditIntent extends RegenerateIntent {
  readonly content: Said
}

/** `POST sessions/ID/checkout`: goes on with another branch. */
export interface CheckoutIntent {
  readonly turnId: string
  readonly head: string
}

/** `POST sessions/ID/fork`: a new session with the turns up to this one. */
export interface ForkIntent {
  readonly turnId: string
  /** Of the new session: see {@link CreateSessionIntent}. */
  readonly sessionId?: string
  readonly title?: string
}

/** `POST sessions/ID/resume`: goes on with a run that was cut off, failed or was stopped, or with the prompts that wait. */
export interface ResumeIntent extends RunIntent {
  /** What becomes of calls with side effects that may have run: the model is told so (default), or they are run again. */
  readonly unsureCalls?: 'tell' | 'run'
}

/** `POST sessions/ID/answers`: what came of tool calls that wait for somebody, and goes on. */
export interface AnswerIntent extends RunIntent {
  readonly head: string
  readonly answers: readonly {
    readonly callId: string
    readonly outcome?: 'ok' | 'error' | 'denied'
    readonly text: string
  }[]
}

/** `PATCH sessions/ID/queue/RUN`: says something else in the place of a prompt that waits. */
export interface EditQueuedIntent {
  readonly content: Said
}

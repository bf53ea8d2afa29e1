import type { Clock, Context, IdGenerator } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'
import type { Prompt } from '../contract/session-options.ts'
import type { SessionStore } from '../contract/store.ts'
import type { Asked } from '../history/next-turn.ts'
import type { QueueLog } from '../records/queue-log.ts'
import type { Run } from '../runs/run.ts'
import type { RunOptions } from '../runs/run-host.ts'

/** What is begun. */
export interface Begun {
  readonly prompt: Prompt
  readonly asked: Asked
  /** It has waited in line: the store may know of it, and so may others. */
  readonly hasWaited?: boolean
  /** Asked where nothing has begun, as another owner stands in the way or the store took nothing: whether the prompt waits on. */
  readonly onRefused?: (refusal: unknown) => boolean
}

/** What submissions need of their session. */
export interface SubmissionHost {
  readonly sessionId: string
  readonly store: SessionStore | undefined
  readonly clock: Clock
  /** How long an answer of the store is waited for, in milliseconds. */
  readonly storeMs: number
  readonly ids: IdGenerator
  /** What is to be stored of the prompts that wait; undefined where there is no store. */
  readonly log: QueueLog | undefined
  readonly active: () => Run | undefined
  /** An empty one where there is none, or it cannot be read. */
  readonly latest: () => Turn
  readonly find: (turnId: string) => Turn
  /** @throws SessionBusyError while a run is active. */
  readonly assertIdle: () => void
  readonly makeRun: (options: RunOptions, ctx?: Context) => Run
  /** Whether the session can be read from its store again without a loss. */
  readonly canCatchUp: () => boolean
  /** Takes over what others have written. @throws SessionError `store_failed` and the like; SessionBusyError where a run has begun */
  readonly catchUp: () => Promise<void>
  /** Whether a run of another owner went on when the session was read last. */
  readonly runsElsewhere: () => boolean
  /** Whether another owner has the session now. @throws SessionError `store_failed` */
  readonly isHeld: () => Promise<boolean>
  /** Writes the prompts that wait under a lease of its own. @throws as `Session.save` */
  readonly saveAside: () => Promise<unknown>
  /** Asks the run of another owner to stop. */
  readonly stopElsewhere: (runId: string, reason: string) => void
  /** Appends the prompt, and starts the run. */
  readonly begin: (run: Run, what: Begun) => void
}

import type { Clock, Context, IdGenerator } from '@geppetto/context'
import type { EventCursor } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { Prompt } from '../contract/session-options.ts'
import type { StoredEvent } from '../contract/store.ts'
import type { Asked } from '../history/next-turn.ts'
import type { QueueLog } from '../records/queue-log.ts'
import type { Run } from '../runs/run.ts'
import type { RunOptions } from '../runs/run-host.ts'
import type { StoredLine, StoredLineOptions } from './stored-line.ts'

/** What is begun. */
export interface Begun {
  readonly prompt: Prompt
  readonly asked: Asked
  /** It has waited in line: the store may know of it, and so may others. */
  readonly hasWaited?: boolean
  /** Asked where nothing has begun, as another owner stands in the way or the store took nothing: whether the prompt waits on. */
  readonly onRefused?: (refusal: unknown) => boolean
}

/** What keeps the prompts that wait. */
interface LineStorage {
  /** What is to be stored of them. */
  readonly log: QueueLog
  keepLine(line: Omit<StoredLineOptions, 'host'>): StoredLine
  /** The events of the session behind that one. */
  readEvents(after: EventCursor): AsyncIterable<StoredEvent>
}

/** What submissions need of their session. */
export interface SubmissionHost {
  readonly sessionId: string
  /** Undefined where there is no store. */
  readonly storage: LineStorage | undefined
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly active: () => Run | undefined
  /** An empty one where there is none, or it cannot be read. */
  readonly latest: () => Turn
  readonly find: (turnId: string) => Turn
  /** @throws SessionBusyError while a run is active. */
  readonly assertIdle: () => void
  readonly makeRun: (options: RunOptions, ctx?: Context) => Run
  /** Appends the prompt, and starts the run. */
  readonly begin: (run: Run, what: Begun) => void
}

import type { Clock, IdGenerator } from '@geppetto/context'
import type { History } from './history.ts'

/** What the turns of a session are kept in and made with. */
export interface TurnSource {
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly history: History
  /** @throws SessionBusyError while a run is active. */
  assertIdle(): void
}

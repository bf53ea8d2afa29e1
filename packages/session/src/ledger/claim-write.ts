import type { LeftBehind } from './left-behind.ts'
import type { TurnsReached } from './unwritten.ts'

/** One write of a claim. */
export interface ClaimWrite extends LeftBehind {
  readonly release: boolean
  /** What it takes of the session's turns; undefined where these are left to other writes. */
  readonly takes: Taken | undefined
}

/** What a write takes of the session beside its own records: as it was when the write was asked for. */
export interface Taken {
  readonly turns: TurnsReached
  /** The ends of earlier runs. */
  readonly left: readonly LeftBehind[]
}

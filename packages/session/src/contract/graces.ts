/** How long settlement waits for others, in milliseconds. */
export interface Graces {
  /** For a runner after the run was cancelled; then it is abandoned. Longer than what tools get. Default 1,500. */
  readonly runnerMs: number
  /** For sinks to take what waits for them, once the run is over. Default 1,000. */
  readonly drainMs: number
  /** For a persister. Default 5,000. */
  readonly persisterMs: number
  /** For each write of the store at the end of a run. Default 10,000. */
  readonly storeMs: number
}

/** The graces where nothing else is said. */
export const defaultGraces: Graces = { runnerMs: 1_500, drainMs: 1_000, persisterMs: 5_000, storeMs: 10_000 }

/** How long the loop may go on. */
export interface LoopConfig {
  /** How many provider calls a run may make. At the limit the last calls are not run, and the run is completed with stop `max_iterations`. Default 20. */
  readonly maxIterations?: number
}

export const defaultMaxIterations = 20

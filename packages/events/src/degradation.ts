/** A rewrite that was needed to fit a turn to an API. */
export interface Degradation {
  /** What was done, in one word for programs: `reasoning-dropped`. */
  readonly code: string
  /** One sentence for people. */
  readonly message: string
  readonly blockId?: string
}

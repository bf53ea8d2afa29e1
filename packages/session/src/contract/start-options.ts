import type { DescribedSchema, InferenceConfig } from '@geppetto/turns'

/** What a caller may say about one run. */
export interface StartOptions {
  /** The form that the answer must have: read it with `parseOutput(result, schema)`. */
  readonly output?: DescribedSchema
  /** How the model is asked in this run: wins, field by field, over what the turn and the engine say. Not copied to the turns that follow. */
  readonly inferenceConfig?: InferenceConfig
  /** Labels: on `run-started`, and for middlewares and tools by `runTagsFrom(ctx)`. */
  readonly tags?: { readonly [name: string]: string }
}

/** How the latest turn is run. */
export interface InferenceOptions extends StartOptions {
  /**
   * The caller's own id of the request: the same one again gives the same handle; in a session that was opened, one that is settled with what
   * became of it. Nothing is run twice, but for what was refused before it began, as by another owner.
   */
  readonly requestId?: string
}

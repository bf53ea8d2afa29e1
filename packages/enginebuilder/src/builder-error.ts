import { GeppettoError, isOfFamily } from '@geppetto/turns'

/** What can be wrong with a builder's options, a pause or a tool executor. */
export type BuilderErrorCode =
  | 'invalid_options'
  | 'not_preparable'
  | 'no_such_pause'
  /** A tool executor did not answer each call once. */
  | 'wrong_results'

/** Thrown where a builder, step controller or tool executor is used or made wrongly. */
export class BuilderError extends GeppettoError {
  override readonly name = 'BuilderError'
  declare readonly code: BuilderErrorCode

  constructor(code: BuilderErrorCode, message: string, options?: ErrorOptions) {
    super('geppetto/enginebuilder', code, message, options)
  }
}

/** Whether `error` is a {@link BuilderError}. */
export function isBuilderError(error: unknown): error is BuilderError {
  return isOfFamily(error, 'geppetto/enginebuilder')
}

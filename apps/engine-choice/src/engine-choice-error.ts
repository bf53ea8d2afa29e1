/** What kept an engine from being taken. */
export type EngineChoiceErrorCode =
  | 'missing_key'
  /** The engine has no models to choose from, or needs one to be named. */
  | 'bad_model'
  | 'bad_address'
  /** A flag that is unknown, or lacks its value. */
  | 'bad_flag'

/** Thrown when no engine can be taken as asked. The message is for people, and says what to do. */
export class EngineChoiceError extends Error {
  override readonly name = 'EngineChoiceError'
  readonly code: EngineChoiceErrorCode

  constructor(code: EngineChoiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Why one of the chat's tools could not do what it was asked for. */
export type ToolFailureCode =
  | 'unknown_city'
  | 'unknown_zone'
  | 'invalid_expression'
  | 'not_allowed'
  | 'no_number'
  | 'outside_folder'
  | 'not_readable'
  | 'not_a_file'
  | 'too_large'
  | 'not_text'

/** Thrown by the chat's tools. The model reads the message, so it says what to do instead. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  readonly code: ToolFailureCode

  constructor(code: ToolFailureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

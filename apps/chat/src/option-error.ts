/** What was wrong on the command line. */
export type OptionErrorCode = 'bad_value' | 'conflict' | 'no_prompt' | 'no_session'

/** Thrown for what was given on the command line, naming the flag, what was wrong and what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
  readonly code: OptionErrorCode
  /** Such as `--output`; absent where no flag is at fault. */
  readonly flag: string | undefined

  constructor(code: OptionErrorCode, message: string, flag?: string) {
    super(message)
    this.code = code
    this.flag = flag
  }
}

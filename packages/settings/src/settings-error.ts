import { GeppettoError, isOfFamily } from '@geppetto/turns'

/** What can be wrong with settings. */
export type SettingsErrorCode =
  | 'unknown_setting'
  | 'bad_value'
  /** A file that cannot be read, is no YAML or SQLite, or has not the form it must have. */
  | 'bad_file'
  | 'unknown_profile'
  /** A profile that builds on itself. */
  | 'profile_cycle'
  | 'unknown_api_type'
  | 'missing_setting'
  /** A key that cannot be had, or must not be taken from where it is. */
  | 'bad_key'
  /** A source that may not say such a thing. */
  | 'untrusted'
  | 'unknown_flag'
  | 'missing_value'
  | 'unwanted_value'
  /** A flag that is there twice. */
  | 'repeated'
  /** The program is wired in a way that cannot work. */
  | 'invalid_options'

/** One thing that is wrong, and where. */
export interface SettingsProblem {
  readonly code: SettingsErrorCode
  /** What is wrong, what was expected, and what may be meant. Never a secret. */
  readonly message: string
  /** A file with a line, a variable or a flag; absent where it is nowhere. */
  readonly place?: string
}

/** Thrown for settings that cannot be used, with all that is wrong with them. The message is for people; no secret is in it. */
export class SettingsError extends GeppettoError {
  override readonly name = 'SettingsError'
  declare readonly code: SettingsErrorCode
  readonly problems: readonly SettingsProblem[]

  constructor(problems: readonly [SettingsProblem, ...SettingsProblem[]], options?: ErrorOptions) {
    super('geppetto/settings', problems[0].code, problems.map(inOneLine).join('\n'), options)
    this.problems = problems
  }
}

/** Whether `error` is a {@link SettingsError}. */
export function isSettingsError(error: unknown): error is SettingsError {
  return isOfFamily(error, 'geppetto/settings')
}

/** The error for one problem. */
export function settingsError(
  code: SettingsErrorCode,
  message: string,
  place?: string,
  cause?: unknown,
): SettingsError {
  const problem = { code, message, ...(place === undefined ? undefined : { place }) }
  return new SettingsError([problem], cause === undefined ? undefined : { cause })
}

function inOneLine({ place, message }: SettingsProblem): string {
  return place === undefined ? message : `${place}: ${message}`
}

/** A flag of the command line. */
export interface Flag {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** How the help calls its value. */
  readonly value?: string
  readonly help: string
  /** Whether it may be there several times. Default false. */
  readonly isList?: boolean
}

/** The flags of a program by their names, without dashes. */
export type Flags = Readonly<Record<string, Flag>>

/** Flags under one heading of the help. */
export interface FlagGroup {
  readonly title: string
  readonly flags: Flags
}

/** One flag of the command line: the table that parsing, help and suggestions go by. */
export interface Flag {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** How the help calls its value. */
  readonly value?: string
  readonly help: string
}

/** The flags, in the order of the help. */
export const flags = {
  engine: { type: 'string', value: 'NAME', help: 'who answers' },
  model: { type: 'string', value: 'NAME', help: 'the model that the engine asks for' },
  'base-url': { type: 'string', value: 'URL', help: 'ask there; alone it means --engine openai-chat' },
  session: { type: 'string', value: 'NAME', help: 'go on with that session, or begin it' },
  continue: { type: 'boolean', short: 'c', help: 'go on with the newest session' },
  store: { type: 'string', value: 'FILE', help: 'keep sessions there' },
  'no-store': { type: 'boolean', help: 'keep nothing' },
  output: { type: 'string', value: 'FORMAT', help: 'text, json (an event a line) or yaml; default text' },
  'with-metadata': { type: 'boolean', help: 'also show usage, models, ids and times' },
  full: { type: 'boolean', help: 'show every event, arguments and results in full' },
  system: { type: 'string', value: 'TEXT', help: 'the system prompt' },
  'max-iterations': { type: 'string', value: 'N', help: 'engine calls per answer at the most; default 20' },
  'tool-choice': {
    type: 'string',
    value: 'CHOICE',
    help: 'auto, none, required or the name of a tool',
  },
  'max-parallel-tools': { type: 'string', value: 'N', help: 'tool calls that run at the same time; default 4' },
  'no-tools': { type: 'boolean', help: 'offer no tools' },
  timeout: { type: 'string', value: 'SECONDS', help: 'the time that an answer may take' },
  seed: { type: 'string', value: 'N', help: 'a whole number: same seed, same answers' },
  yes: { type: 'boolean', help: 'allow tools that ask first, without asking' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', short: 'V', help: 'show the version' },
} as const satisfies Readonly<Record<string, Flag>>

/** The name of a flag, without dashes. */
export type FlagName = keyof typeof flags

/** Whether `name` is a flag's name. */
export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(flags, name)
}

import type { FlagGroup } from '@geppetto/settings'

const session = {
  session: { type: 'string', value: 'NAME', help: 'Go on with that session, or begin it.' },
  continue: { type: 'boolean', short: 'c', help: 'Go on with the newest session.' },
  store: { type: 'string', value: 'FILE', help: 'Keep sessions there.' },
  'no-store': { type: 'boolean', help: 'Keep nothing.' },
} as const

const output = {
  output: { type: 'string', value: 'FORMAT', help: 'text, json (an event a line) or yaml. Default text.' },
  'with-metadata': { type: 'boolean', help: 'Also show usage, models, ids, times and what it cost.' },
  plain: { type: 'boolean', help: 'Talk line by line, as for a screen reader.' },
  full: { type: 'boolean', help: 'Show every event, arguments and results in full.' },
} as const

const answer = {
  system: { type: 'string', value: 'TEXT', help: 'The system prompt.' },
  'max-iterations': { type: 'string', value: 'N', help: 'Engine calls per answer at the most. Default 20.' },
  timeout: { type: 'string', value: 'SECONDS', help: 'The time that an answer may take.' },
  'tool-choice': { type: 'string', value: 'CHOICE', help: 'auto, none, required or the name of a tool.' },
  'max-parallel-tools': { type: 'string', value: 'N', help: 'Tool calls that run at the same time. Default 4.' },
  'no-tools': { type: 'boolean', help: 'Offer no tools.' },
  yes: { type: 'boolean', help: 'Allow tools that ask first, without asking.' },
  version: { type: 'boolean', short: 'V', help: 'Show the version, and end.' },
} as const

/** The flags that are the chat's own, in the order of the help. */
export const flagGroups: readonly FlagGroup[] = [
  { title: 'Sessions', flags: session },
  { title: 'Answers', flags: answer },
  { title: 'Output', flags: output },
]

/** The name of one of them, without dashes. */
export type FlagName = keyof typeof session | keyof typeof output | keyof typeof answer

import { quote, TurnError } from '../errors.ts'
import { unknownOption } from '../option-names.ts'
import type { SealOptions } from '../seal.ts'
import { type Fields, fieldsOf } from './fields.ts'

/** How messages are imported. */
export interface ImportOptions {
  /**
   * Who made the messages. With it, what only its maker understands (encrypted reasoning, signatures, items that must be sent back) is kept, and
   * goes back to that host and model alone; without it, it is a loss.
   */
  readonly provenance?: Provenance
  /** What became of a call without a result. Default `unknown`. */
  readonly outcomeOf?: SealOptions['outcomeOf']
  /** Makes the ids of the turn and its blocks. Default: random. */
  readonly nextId?: () => string
  /** Milliseconds since the epoch. Default: the machine's time. */
  readonly now?: () => number
}

/** Who made the messages. */
export interface Provenance {
  /** The host of the API's address: `api.openai.com`. */
  readonly host: string
  /** The model that was asked. */
  readonly model: string
}

const optionNames = ['provenance', 'outcomeOf', 'nextId', 'now']
const functionNames = ['outcomeOf', 'nextId', 'now']
const provenanceNames = ['host', 'model']

/** @throws TurnError `invalid_value` naming the option that is wrong: read as something else, it would take whole messages with it. */
export function assertImportOptions(options: unknown): void {
  const fields = requireFields(options, 'options', optionNames, '')
  for (const name of functionNames)
    if (fields[name] !== undefined && typeof fields[name] !== 'function')
      refuse(name, `${name} must be a function, not ${quote(fields[name])}`)
  if (fields.provenance === undefined) return
  const provenance = requireFields(fields.provenance, 'provenance', provenanceNames, 'provenance')
  for (const name of provenanceNames) {
    const value = provenance[name]
    if (typeof value !== 'string' || value.trim() === '')
      refuse(`provenance.${name}`, `provenance.${name} must be a text that is not empty, not ${quote(value)}`)
  }
}

function requireFields(value: unknown, field: string, names: readonly string[], path: string): Fields {
  const fields = fieldsOf(value)
  if (fields === undefined) return refuse(field, `${field} must be { ${names.join(', ')} }, not ${quote(value)}`)
  const problem = unknownOption(fields, names, path)
  return problem === undefined ? fields : refuse(field, problem)
}

function refuse(field: string, message: string): never {
  throw new TurnError('invalid_value', message, { field })
}

import { stem } from '../language/stem.ts'
import { stopWords } from '../language/words.ts'
import { findLabels, labelsOf, valueStart } from './labels.ts'
import { type Filling, isFree, type Reading } from './reading.ts'
import type { Field } from './schema.ts'

const yes = /^(true|yes|on|enabled|1)$/
const no = /^(false|no|off|disabled|0)$/
const denials = /^(no|not|without|don't|never|skip|disable|exclude|excluding|un|non|omit)$/
/** Words of a flag's name that say only that it is one. */
const decoration = /^(is|has|with|include|includes|should|use|enable|enabled|allow|do|can|be|show|only)$/
const switches = /^(on|enabled|active|state|power|enable|open)$/

/** Whether a prompt speaks of a flag, and says yes or no. */
export function findFlag(field: Field, fields: readonly Field[], reading: Reading): Filling | undefined {
  const words = field.words.filter((word) => !decoration.test(word))
  const core = words.length === 0 ? [] : [words.map(stem)]
  for (const place of findLabels(reading, [...core, ...labelsOf(field, fields)])) {
    const tokens = reading.tokens.slice(place.from, place.to)
    if (!tokens.every((token) => isFree(reading, token) && !stopWords.has(token.lower))) continue
    const { index, isSaid } = valueStart(reading, place)
    const after = reading.tokens[index]
    const said = after !== undefined && (isSaid || index === place.to) && isFree(reading, after) ? after.lower : ''
    const before = reading.tokens.slice(Math.max(0, place.from - 2), place.from)
    const isDenied = before.some((token) => denials.test(token.lower))
    const isValue = yes.test(said) || no.test(said)
    const value = isValue ? yes.test(said) : !isDenied
    return { value, shape: 'flag', evidence: 0.5, tokens: isValue && after !== undefined ? [...tokens, after] : tokens }
  }
  return field.words.some((word) => switches.test(word)) ? findSwitch(reading) : undefined
}

/** "Turn it off": a switch is spoken of by its position. */
function findSwitch(reading: Reading): Filling | undefined {
  const token = reading.tokens.find((one) => isFree(reading, one) && /^(on|off|enabled?|disabled?)$/.test(one.lower))
  if (token === undefined) return undefined
  return { value: /^(on|enable)/.test(token.lower), shape: 'flag', evidence: 0.5, tokens: [token] }
}

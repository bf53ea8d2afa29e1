import { type Token, textOf } from '../language/tokens.ts'
import { findDate } from './dates.ts'
import { findExpressions } from './expression.ts'
import { patternOf } from './fits.ts'
import type { TextKind } from './kind.ts'
import { coveredText, type Filling, isFree, type Reading, tokensBetween } from './reading.ts'
import { type Field, textIn } from './schema.ts'
import { findTimeZone } from './time-zone.ts'

/** What values of a kind look like, for those that are one word. */
const formOf: Partial<Record<TextKind, RegExp>> = {
  path: /^(?!\p{L}[\p{L}\p{N}+.-]*:\/\/)(?:~|\.{1,2})?(?:[^\s/\\]*[/\\])+[^\s/\\]*$|^\.?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.[\p{L}\p{N}]{1,12}$|^\.\p{L}[\p{L}\p{N}_-]*$|^\p{Lu}[\p{Lu}\p{N}_-]{2,}$/u,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  uri: /^\p{L}[\p{L}\p{N}+.-]*:\/\/\S+$/u,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/,
  time: /^\d{1,2}:\d{2}(:\d{2})?$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  address: /^\d{1,3}(\.\d{1,3}){3}$/,
}

/** All values that are known by their form: an address, a path, a date, an expression, a pattern. */
export function findForms(field: Field, kind: TextKind, reading: Reading): readonly Filling[] {
  if (kind === 'expression') return findFormulas(reading)
  if (kind === 'time-zone') return findTimeZone(reading)
  if (kind === 'date') return findDay(field, reading)
  if (kind === 'date-time') return [...findWords(formOf['date-time'], reading), ...findMoment(field, reading)]
  const form = formOf[kind]
  const pattern = form === undefined && kind === 'entity' ? patternOf(field.schema) : form
  if (pattern === undefined) return []
  const isNamed = (token: Token | undefined) => token !== undefined && reading.names.has(token.stem)
  return findWords(pattern, reading).filter(({ tokens }) => form !== undefined || !isNamed(tokens[0]))
}

function findWords(form: RegExp | undefined, reading: Reading): readonly Filling[] {
  return reading.tokens
    .filter((token) => isFree(reading, token) && (token.kind === 'word' || token.kind === 'quoted'))
    .filter((token) => form?.test(token.text))
    .map((token) => ({ value: token.text, shape: 'form', evidence: isCapitals(token) ? 1 : 2, tokens: [token] }))
}

/** A day and an hour, said one after the other. They are taken for UTC, since the prompt names no zone. */
function findMoment(field: Field, reading: Reading): readonly Filling[] {
  const [day] = findDay({ ...field, schema: { format: 'date' } }, reading)
  const [hour] = findWords(formOf.time, reading)
  if (day === undefined || hour === undefined) return []
  const [hours = '', minutes = '', seconds = '00'] = String(hour.value).split(':')
  const value = `${day.value}T${hours.padStart(2, '0')}:${minutes}:${seconds}Z`
  return [{ value, shape: 'form', evidence: 2, tokens: [...day.tokens, ...hour.tokens] }]
}

/** Whether only its form counts for a kind: nothing else is taken for one unless it is quoted or named. */
export function isStrict(kind: TextKind): boolean {
  return kind !== 'free' && kind !== 'entity'
}

/** README may be a file, and may be shouting. */
function isCapitals(token: Token): boolean {
  return /^[\p{Lu}\p{N}_-]+$/u.test(token.text)
}

function findFormulas(reading: Reading): readonly Filling[] {
  const { text, offset } = coveredText(reading)
  return findExpressions(text).flatMap((found): readonly Filling[] => {
    const tokens = tokensBetween(reading, found.start + offset, found.end + offset)
    return tokens.length === 0 ? [] : [{ value: found.text, shape: 'form', evidence: 2, tokens }]
  })
}

/** Without a format, the prompt's own word for the day will do. */
function findDay(field: Field, reading: Reading): readonly Filling[] {
  const { text, offset } = coveredText(reading)
  const found = findDate(text, reading.now)
  if (found === undefined) return []
  const tokens = tokensBetween(reading, found.start + offset, found.end + offset)
  if (tokens.length === 0) return []
  const value = textIn(field.schema, 'format') === 'date' ? found.date : textOf(reading.text, tokens)
  return [{ value, shape: 'form', evidence: 1, tokens }]
}

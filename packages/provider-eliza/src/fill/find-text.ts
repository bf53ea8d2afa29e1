import { type Token, textOf } from '../language/tokens.ts'
import { findChoices } from './find-choice.ts'
import { findForms, isStrict } from './find-form.ts'
import { fitsText } from './fits.ts'
import { kindOf, type TextKind } from './kind.ts'
import { findLabels, isNameLike, type LabelPlace, labelsOf, valueStart, valueTokens } from './labels.ts'
import type { Filling, Reading } from './reading.ts'
import { enumOf, type Field } from './schema.ts'

/** What the prompt plainly says for a text field: one of its choices, a value known by its form, or one said with the field's name. */
export function findSpokenText(field: Field, fields: readonly Field[], reading: Reading): Filling | undefined {
  const choices = enumOf(field.schema)
  if (choices !== undefined) return findChoices(choices, reading)[0]
  const kind = kindOf(field)
  const named = findNamedText(field, fields, reading, kind)
  if (named?.shape === 'quoted') return named
  const claimed = placesOfOthers(field, fields, reading).map((place) => {
    const { index, isSaid } = valueStart(reading, place)
    return isSaid || index === place.to ? reading.tokens[index] : undefined
  })
  const formed = findForms(field, kind, reading).find(
    ({ value, tokens }) => fitsText(String(value), field.schema) && !tokens.some((token) => claimed.includes(token)),
  )
  return formed ?? named
}

/** Where the prompt names other fields: what stands there is theirs. */
function placesOfOthers(field: Field, fields: readonly Field[], reading: Reading): readonly LabelPlace[] {
  return fields.filter((other) => other !== field).flatMap((other) => findLabels(reading, labelsOf(other, fields)))
}

/** The text that stands with the field's name: `title "Home"`, `colour: red`, `the file LICENSE`. */
function findNamedText(field: Field, fields: readonly Field[], reading: Reading, kind: TextKind): Filling | undefined {
  const others = placesOfOthers(field, fields, reading)
  const ends = new Set(others.map(({ from }) => from))
  const own = kind === 'path' ? [['file'], ['folder'], ['director']] : []
  const labels = labelsOf(field, fields)
  // "Time" is said for many things that are no time zone: part of the name is enough only where any value will do.
  const meant = kind === 'free' || kind === 'entity' ? labels : labels.slice(0, 1)
  for (const place of findLabels(reading, [...meant, ...own])) {
    const { index, isSaid } = valueStart(reading, place)
    const tokens = namedTokens(reading, index, ends, kind)
    const [first] = tokens
    if (first === undefined) continue
    const isIntroduced = reading.tokens[place.from - 1]?.lower === 'the'
    const isLikely = isSaid || index > place.to || isIntroduced || first.kind !== 'word' || isNameLike(first)
    if (kind !== 'free' && isStrict(kind) && !isLikely) continue
    const value = textOf(reading.text, tokens)
    if (!fitsText(value, field.schema)) continue
    const shape = first.kind === 'quoted' ? 'quoted' : isNameLike(first) ? 'proper' : 'common'
    return { value, shape, evidence: isLikely ? 1 : 0.5, tokens }
  }
  return undefined
}

/** Of free text, all that follows up to the next field; of others, one value. */
function namedTokens(reading: Reading, index: number, ends: ReadonlySet<number>, kind: TextKind): readonly Token[] {
  const tokens = valueTokens(reading, index, (next) => ends.has(next))
  const [first] = tokens
  if (kind !== 'free' || first === undefined || first.kind === 'quoted') return tokens
  const end = reading.tokens.findIndex(
    (token, place) => place >= index && (ends.has(place) || /^[.!?\n]$/.test(token.text)),
  )
  const all = reading.tokens.slice(index, end < 0 ? reading.tokens.length : end)
  const last = all.findLastIndex((token) => token.kind !== 'sign' && !/^(and|with|the|a|an)$/.test(token.lower))
  return all.slice(0, last + 1)
}

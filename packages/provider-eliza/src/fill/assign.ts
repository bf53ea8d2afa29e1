import { textOf } from '../language/tokens.ts'
import { goesWith } from './affinity.ts'
import { isStrict } from './find-form.ts'
import { fitsText } from './fits.ts'
import { kindOf } from './kind.ts'
import { findPhrases, type Phrase } from './phrases.ts'
import { type Filling, type Reading, take } from './reading.ts'
import type { Field } from './schema.ts'

interface Pair {
  readonly field: Field
  readonly phrase: Phrase
  readonly score: number
}

const worth: Readonly<Record<Phrase['shape'], number>> = { quoted: 4, proper: 3, common: 1.5, number: 0.8 }

/** What a number is a name of. */
const numbered = /^(id|number|no|code|zip|postcode|phone|key|symbol|version|year|sku|isbn|ref|reference|ticket|serial)$/

/**
 * Gives the phrases of a prompt to text fields: the best fit first, by the preposition, the look and the order. A field that need not be
 * filled gets only what stands behind its own preposition.
 */
export function assignTexts(
  wanted: readonly Field[],
  siblings: readonly Field[],
  reading: Reading,
): Map<Field, Filling> {
  const assigned = new Map<Field, Filling>()
  while (true) {
    const open = wanted.filter((field) => !assigned.has(field))
    const best = pairsOf(open, siblings, reading).sort((one, other) => other.score - one.score)[0]
    if (best === undefined) return assigned
    const filling = toFilling(best.phrase, reading)
    take(reading, filling)
    assigned.set(best.field, filling)
  }
}

function pairsOf(fields: readonly Field[], siblings: readonly Field[], reading: Reading): Pair[] {
  const phrases = findPhrases(reading)
  return fields.flatMap((field) =>
    phrases.flatMap((phrase) => {
      const score = scoreOf(field, phrase, siblings, reading)
      const fits = fitsText(textOf(reading.text, phrase.tokens), field.schema)
      return score === undefined || !fits ? [] : [{ field, phrase, score }]
    }),
  )
}

function scoreOf(
  field: Field,
  phrase: Phrase,
  siblings: readonly Field[],
  { text, examples }: Reading,
): number | undefined {
  const { shape, preposition } = phrase
  const kind = kindOf(field)
  const isOwn = goesWith(preposition, field.words)
  const isOthers = !isOwn && siblings.some((other) => other !== field && goesWith(preposition, other.words))
  if (isStrict(kind) && shape !== 'quoted') return undefined
  if (shape === 'number' && !isOwn && !field.words.some((word) => numbered.test(word))) return undefined
  // Who leaves from somewhere does not leave from what is behind another preposition.
  if (shape === 'common' && !isOwn && (goesWith('from', field.words) || goesWith('to', field.words))) return undefined
  // Free text that is not quoted is more than one phrase: it is the rest of the prompt.
  if (kind === 'free' && shape !== 'quoted' && !(isOwn && shape === 'proper')) return undefined
  if (!field.isRequired && !(isOwn && (shape === 'quoted' || shape === 'proper'))) return undefined
  const forFree = kind === 'free' ? (shape === 'quoted' ? 1 : -2) : 0
  const asExample = examples.has(textOf(text, phrase.tokens).toLowerCase()) ? 2 : 0
  return asExample + worth[shape] + (isOwn ? 3 : 0) - (isOthers ? 2 : 0) + forFree
}

function toFilling(phrase: Phrase, reading: Reading): Filling {
  const { shape, tokens } = phrase
  const evidence = shape === 'quoted' || shape === 'proper' ? 1 : 0.5
  return { value: textOf(reading.text, tokens), shape, evidence, tokens }
}

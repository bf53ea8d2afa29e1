import { fillFields } from '../fill/fill-fields.ts'
import { findPhrases } from '../fill/phrases.ts'
import { type Filling, isFree, type Reading } from '../fill/reading.ts'
import type { Field } from '../fill/schema.ts'
import { type Token, textOf } from '../language/tokens.ts'
import { articles, prepositions, stopWords } from '../language/words.ts'
import type { Match, Prompt } from './match.ts'

/**
 * What a fragment asks for that only names another value: "weather in Paris, *and Rome*". The same call with that value in the place of the
 * last one that looks the same; undefined when it is no such fragment.
 */
export function continueMatch(prompt: Prompt, fragment: readonly Token[], previous: Match): Match | undefined {
  const fields = previous.offer.fields
    .filter((field) => isReplaceable(previous.fillings.get(field.name)))
    .sort((one, other) => placeOf(previous, other) - placeOf(previous, one))
  for (const field of fields) {
    const before = previous.fillings.get(field.name)
    const taken = new Set<number>()
    const { names, examples } = previous.offer
    const reading: Reading = { ...prompt, tokens: fragment, names, examples, taken }
    // What is said for another field is not another value of this one.
    const others = previous.offer.fields.filter((other) => other !== field && !other.isRequired)
    const more = fillFields(others, reading, previous.offer.tool.inputSchema)
    const found = before && findAlike(field, before, reading, previous)
    if (found === undefined || found.value === before?.value) continue
    for (const token of found.tokens) taken.add(token.start)
    if (!isAllSaid(fragment, taken, previous)) continue
    return { ...previous, fillings: new Map([...previous.fillings, ...more, [field.name, found]]), taken }
  }
  return undefined
}

/** A list grows, and what is left of a prompt goes on: neither is said a second time. */
function isReplaceable(filling: Filling | undefined): boolean {
  return (
    filling !== undefined && !['list', 'rest', 'parts', 'flag'].includes(filling.shape) && filling.tokens.length > 0
  )
}

function placeOf(match: Match, field: Field): number {
  return match.fillings.get(field.name)?.tokens.at(-1)?.start ?? -1
}

function findAlike(field: Field, before: Filling, reading: Reading, { offer }: Match): Filling | undefined {
  const phrases = findPhrases(reading)
  const quoted = phrases.find(({ shape }) => shape === 'quoted')
  if (quoted !== undefined && before.shape !== 'number' && before.shape !== 'choice')
    return { ...before, value: textOf(reading.text, quoted.tokens), tokens: quoted.tokens }
  switch (before.shape) {
    case 'quoted':
      return undefined
    case 'proper': {
      const alike = phrases.find(({ shape }) => shape === 'proper')
      return alike && { ...before, value: textOf(reading.text, alike.tokens), tokens: alike.tokens }
    }
    case 'common': {
      const tokens = reading.tokens.filter((token) => isFree(reading, token) && !isSmall(token))
      const isShort = tokens.length > 0 && tokens.length <= 3 && tokens.every(({ kind }) => kind === 'word')
      return isShort ? { ...before, value: textOf(reading.text, tokens), tokens } : undefined
    }
    default: {
      const found = fillFields(
        [{ ...field, isRequired: true }],
        { ...reading, taken: new Set(reading.taken) },
        offer.tool.inputSchema,
      )
      const filling = found.get(field.name)
      return filling?.shape === before.shape ? filling : undefined
    }
  }
}

/** Whether the fragment says nothing else, but for what may follow a value: "tomorrow", "in the evening". */
function isAllSaid(fragment: readonly Token[], taken: ReadonlySet<number>, { offer }: Match): boolean {
  const isSaid = (token: Token) => taken.has(token.start) || isSmall(token) || offer.names.has(token.stem)
  const from = fragment.findIndex((token) => !isSaid(token))
  const first = fragment[from]
  if (first === undefined) return true
  const isBehindValue = fragment.slice(0, from).some((token) => taken.has(token.start))
  const isAside = whenever.test(first.lower) || prepositions.has(fragment[from - 1]?.lower ?? '')
  return isBehindValue && isAside && fragment.slice(from + 1).every((token) => token.kind !== 'word' || isSmall(token))
}

const whenever =
  /^(today|tonight|tomorrow|yesterday|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekend|week)$/

function isSmall(token: Token): boolean {
  return (
    token.kind === 'sign' || articles.has(token.lower) || prepositions.has(token.lower) || stopWords.has(token.lower)
  )
}

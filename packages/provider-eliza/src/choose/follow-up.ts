import { isJsonObject, type JsonValue } from '@geppetto/turns'
import type { Filling, Shape } from '../fill/reading.ts'
import { isList } from '../fill/schema.ts'
import type { Token } from '../language/tokens.ts'
import { continueMatch } from './continue-match.ts'
import type { Match, Prompt } from './match.ts'
import type { Offer } from './offer.ts'

/** A call that was made for the prompt before. */
export interface EarlierCall {
  readonly name: string
  readonly input: JsonValue
}

const lead = /^(?:and|what about|how about|and what about|and how about)\b/i

/** "And in Rome?": what a prompt asks for that only goes on from the last call of the prompt before. */
export function followUp(
  prompt: Prompt,
  earlier: EarlierCall | undefined,
  offers: readonly Offer[],
): Match | undefined {
  const offer = offers.find(({ tool }) => tool.name === earlier?.name)
  const begin = lead.exec(prompt.text.trimStart())
  if (offer === undefined || begin === null || earlier === undefined || !isJsonObject(earlier.input)) return undefined
  const end = prompt.text.length - prompt.text.trimStart().length + begin[0].length
  const fillings = new Map<string, Filling>()
  for (const [name, value] of Object.entries(earlier.input))
    if (value !== undefined) fillings.set(name, { value, shape: shapeOf(value), evidence: 0, tokens: saidBefore })
  const previous: Match = { offer, fillings, score: 0, words: 0, taken: new Set() }
  return continueMatch(
    prompt,
    prompt.tokens.filter((token) => token.start >= end),
    previous,
  )
}

/** Stands for the words of the earlier prompt, which nobody needs any more. */
const saidBefore: readonly Token[] = [
  { kind: 'word', text: '', lower: '', stem: '', start: -1, end: -1, isFirst: false },
]

function shapeOf(value: JsonValue): Shape {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return /^\p{Lu}[^.\\]*$/u.test(value) && !value.includes('/') ? 'proper' : 'form'
  return isList(value) ? 'list' : 'flag'
}

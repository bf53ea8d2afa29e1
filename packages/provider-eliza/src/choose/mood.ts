import type { Token } from '../language/tokens.ts'
import { articles, auxiliaries, questionWords, requestVerbs, tellingWords } from '../language/words.ts'
import type { Offer } from './offer.ts'

/** What somebody wants who says it: have something done or be told something, or tell it himself. */
export type Mood = 'asked' | 'told'

const fillers =
  /^(please|hi|hello|hey|eliza|ok|okay|well|so|now|then|and|also|but|oh|thanks|great|good|dear|just|quickly|next|finally|after|afterwards)$/
const forTheDoctor =
  /^(why|because|if|when i|what an?|(am|was|have|had) i|what about (me|you|us)|how about (me|you|us)|how come)\b/
export const politeRequest: RegExp = /^(can|could|would|will) you\b/
const aboutTheDoctor =
  /^(can|could|would|will) you (like|be|ever|love|feel|believe|understand|remember|care|imagine|really)\b|^(would|will) you have\b/
const wish = /^(i|we) (want|need|wish|would like|'d like|have) (you )?to (\S+)/
const indirect =
  /^(i (want|need|would like) (the|a|an)|i'd like (the|a|an|to \S+|you to)|i would like to know|i wonder|let me (know|see)|do you know (what|how|where|when|which|who|whether|if|the)|help me)\b/
const aboutYou =
  /^(what|which|where|when|who|whom|whose|how)('s|'re)? (\S+ )?(are|do|did|were|would|will|have|had|can|could|should) you\b/
const yourself = /\byou(r|rs|rself)?\b/
const telling =
  /^(is|are|was|were|am|has|have|had|does|did|will|would|can|could|should|must|makes|made|i|he|she|we|they|you)$/

const teller = /^(i|he|she|we|they)$/

/** Which it is, seen from a tool: only its own words tell whether a part of a sentence begins with an order. */
export function moodOf(part: readonly Token[], sentence: readonly Token[], offer: Offer): Mood {
  const tokens = withoutFillers(part)
  const words = tokens.filter((token) => token.kind === 'word')
  const isQuestion = tokens.at(-1)?.text === '?'
  const [first] = words
  // A bare formula or number asks for what can be done with it.
  if (first === undefined) return 'asked'
  if (words.some((word) => isToolName(word, offer))) return 'asked'
  const said = words.map((word) => word.lower).join(' ')
  if (forTheDoctor.test(said) || aboutTheDoctor.test(said)) return 'told'
  if (politeRequest.test(said)) return 'asked'
  if (indirect.test(said)) return 'asked'
  const verb = wish.exec(said)?.[4]
  if (verb !== undefined) return requestVerbs.has(verb) || isWordOf(offer, words, verb) ? 'asked' : 'told'
  if (questionWords.has(headOf(first))) return aboutYou.test(said) ? 'told' : 'asked'
  if (auxiliaries.has(headOf(first)) && first.lower === headOf(first))
    return yourself.test(words[1]?.lower ?? '') ? 'told' : 'asked'
  if (tellingWords.has(first.lower) || tellingWords.has(headOf(first))) return 'told'
  if (requestVerbs.has(first.lower)) return 'asked'
  if (isQuestion) return 'asked'
  return beginsLikeOrder(words, sentence, offer) ? 'asked' : 'told'
}

/** The words that are left when greetings and politeness are taken away. */
export function withoutFillers(sentence: readonly Token[]): readonly Token[] {
  const from = sentence.findIndex((token) => token.kind !== 'sign' && !fillers.test(token.lower))
  const start = from > 0 && sentence[from - 1]?.text === '(' ? from - 1 : from
  return from < 0 ? [] : sentence.slice(start)
}

/** `what's` asks as `what` does. */
function headOf(token: Token): string {
  return token.lower.split("'")[0] ?? token.lower
}

/** Whether a word is the tool's whole name, and is no word that people use anyway. */
export function isToolName({ text }: Token, { tool }: Offer): boolean {
  return text === tool.name && /\p{L}[_-]|\p{Ll}\p{Lu}|\d/u.test(text)
}

/** "Wibble the thing", "weather in Paris"; but not "weather is dull", nor "weather and wind, I hate them". */
function beginsLikeOrder(words: readonly Token[], sentence: readonly Token[], offer: Offer): boolean {
  const [first, second] = articles.has(words[0]?.lower ?? '') ? words.slice(1) : words
  if (first === undefined || !offer.weights.has(first.stem)) return false
  const isOrder = first === words[0] && /^(me|us|a|an|the|my|all|this|that)$/.test(second?.lower ?? '')
  if (isOrder) return true
  const isTold = sentence.some(
    ({ lower }, index) => teller.test(lower) && !auxiliaries.has(sentence[index - 1]?.lower ?? ''),
  )
  return !isTold && !words.some((word) => telling.test(word.lower))
}

function isWordOf(offer: Offer, words: readonly Token[], verb: string): boolean {
  const token = words.find((word) => word.lower === verb)
  return token !== undefined && offer.weights.has(token.stem)
}

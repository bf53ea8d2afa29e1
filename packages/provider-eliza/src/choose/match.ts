import { findExpressions } from '../fill/expression.ts'
import { type Fillings, fillFields, isComplete } from '../fill/fill-fields.ts'
import { kindOf } from '../fill/kind.ts'
import type { Reading } from '../fill/reading.ts'
import { readTokens, type Token } from '../language/tokens.ts'
import { idiomWords, requestVerbs, stopWords } from '../language/words.ts'
import { isToolName, moodOf, politeRequest, withoutFillers } from './mood.ts'
import type { Offer } from './offer.ts'

/** A prompt, as tools are matched with it. */
export interface Prompt {
  readonly text: string
  readonly tokens: readonly Token[]
  /** The sentence that is looked at. */
  readonly sentence: readonly Token[]
  /** Where tokens of arithmetic begin: the "times" of `6 times 7` is no time. */
  readonly formulas: ReadonlySet<number>
  /** Which moment "today" is, in milliseconds since the epoch. */
  readonly now: number
}

/** A tool that part of a prompt asks for, with its arguments. */
export interface Match {
  readonly offer: Offer
  readonly fillings: Fillings
  readonly score: number
  /** What the words alone say, without the values. */
  readonly words: number
  /** Where the values stand in the prompt. */
  readonly taken: ReadonlySet<number>
}

/** How much must speak for a tool: less if nothing in the prompt is about anything else. */
const enough = 2
const enoughAlone = 1.5
/** How much of the prompt must be about the tool. */
const minCoverage = 2 / 3

/** A prompt to match tools with; `now` in milliseconds since the epoch. */
export function readPrompt(text: string, now: number): Prompt {
  const tokens = readTokens(text)
  const found = findExpressions(text)
  const isFormula = ({ start, end }: Token) => found.some((formula) => start >= formula.start && end <= formula.end)
  const formulas = new Set(tokens.filter(isFormula).map(({ start }) => start))
  return { text, tokens, sentence: tokens, formulas, now }
}

/** The tool that some words ask for; undefined when they ask for none, or for several alike. */
export function findMatch(prompt: Prompt, tokens: readonly Token[], offers: readonly Offer[]): Match | undefined {
  const matches = offers
    .map((offer) => matchOffer(prompt, tokens, offer))
    .filter((match) => match !== undefined)
    .sort((one, other) => other.score - one.score || titleShare(other, tokens) - titleShare(one, tokens))
  const [best, second] = matches
  // A path alone does not say what is to be done with it.
  const isAnyones = best?.words === 0 && second?.words === 0
  return isAnyones ? undefined : best
}

function matchOffer(prompt: Prompt, tokens: readonly Token[], offer: Offer): Match | undefined {
  if (moodOf(tokens, prompt.sentence, offer) === 'told') return undefined
  const match = fillOffer(prompt, tokens, offer)
  if (!isComplete(offer.fields, match.fillings) || isGuess(match, tokens)) return undefined
  const coverage = coverageOf(prompt, match, tokens)
  const isEnough = match.score >= enough ? coverage >= minCoverage : match.score >= enoughAlone && coverage === 1
  return isEnough ? match : undefined
}

/** The tool with the arguments that some words have for it, whether or not they ask for it. */
export function fillOffer(prompt: Prompt, tokens: readonly Token[], offer: Offer): Match {
  const taken = new Set<number>()
  const reading: Reading = { ...prompt, tokens, names: offer.names, examples: offer.examples, taken }
  const fillings = fillFields(offer.fields, reading, offer.tool.inputSchema)
  const foreign = foreignFormulas(prompt, taken)
  const said = new Set(
    contentOf(tokens)
      .filter(({ start }) => isChoice(fillings, start) || (!taken.has(start) && !foreign.has(start)))
      .map((token) => token.stem),
  )
  const isCalledByName = tokens.some((token) => isToolName(token, offer))
  const words = [...said].reduce((sum, word) => sum + (offer.weights.get(word) ?? 0), isCalledByName ? enough : 0)
  const evidence = [...fillings.values()].reduce((sum, filling) => sum + filling.evidence, 0)
  return { offer, fillings, score: words + evidence, words, taken }
}

/** Arithmetic that the tool takes nothing of says nothing for it. */
function foreignFormulas({ formulas }: Prompt, taken: ReadonlySet<number>): ReadonlySet<number> {
  return [...formulas].some((start) => taken.has(start)) ? new Set() : formulas
}

/** What remains of a prompt is one thing's name only in an order: "define x", but not "is the weather bad". */
function isGuess({ offer, fillings }: Match, tokens: readonly Token[]): boolean {
  const isGuessed = offer.fields.some((field) => fillings.get(field.name)?.shape === 'rest' && kindOf(field) !== 'free')
  if (!isGuessed) return false
  const words = withoutFillers(tokens).filter((token) => token.kind === 'word')
  const isPolite = politeRequest.test(words.map(({ lower }) => lower).join(' '))
  const [first] = words.slice(isPolite ? 2 : 0).filter(({ lower }) => lower !== 'please')
  return first === undefined || !(offer.weights.has(first.stem) || isToolName(first, offer))
}

/** How much of what some words are about is the tool, or a value for it. What was only left over counts neither way. */
function coverageOf(prompt: Prompt, { offer, fillings, taken }: Match, tokens: readonly Token[]): number {
  const guessed = new Set(
    [...fillings.values()]
      .filter(({ shape }) => shape === 'rest')
      .flatMap((filling) => filling.tokens.map(({ start }) => start)),
  )
  const foreign = foreignFormulas(prompt, taken)
  const content = contentOf(tokens, taken.size === 0, prompt.formulas).filter(({ start }) => !guessed.has(start))
  const isAbout = (token: Token) =>
    taken.has(token.start) ||
    ((offer.weights.has(token.stem) || offer.names.has(token.stem)) && !foreign.has(token.start)) ||
    isToolName(token, offer)
  const neutral = content.filter((token) => !isAbout(token) && requestVerbs.has(token.lower)).length
  const about = content.filter(isAbout).length
  return content.length === neutral ? 1 : about / (content.length - neutral)
}

/** The words that a prompt is about; with `idioms`, also those that only idioms are made of. */
function contentOf(tokens: readonly Token[], idioms = false, formulas?: ReadonlySet<number>): readonly Token[] {
  const isContent = (word: string) => !stopWords.has(word) || (idioms && idiomWords.has(word))
  return tokens.filter(({ kind, lower, start }) => {
    if (kind === 'sign') return false
    return kind === 'quoted' || formulas?.has(start) || (kind === 'word' && isContent(lower.split("'")[0] ?? ''))
  })
}

/** The word of a choice also says which tool is meant. */
function isChoice(fillings: Fillings, start: number): boolean {
  return [...fillings.values()].some(
    ({ shape, tokens }) => shape === 'choice' && tokens.some((token) => token.start === start),
  )
}

function titleShare({ offer }: Match, tokens: readonly Token[]): number {
  const stems = new Set(tokens.map((token) => token.stem))
  const said = [...offer.title].filter((word) => stems.has(word)).length
  return offer.title.size === 0 ? 0 : said / offer.title.size
}

import { type Token, textOf } from '../language/tokens.ts'
import { articles, prepositions, requestVerbs, stopWords } from '../language/words.ts'
import { type Filling, isFree, type Reading } from './reading.ts'

/** What leads over to what is meant: "remind me to …", "search for …". */
const leads =
  /^(to|that|for|me|us|about|on|of|please|this|following|as|saying|is|what|how|and|it|with|in|from|into|at|by|named|called|says|which|who|up|out)$/

/** How a request begins; behind the tool's name it is part of what is meant. */
const asking = /^(can|could|would|will|you|i|want|need|like|i'd)$/

/**
 * What is left of a prompt when its request, its tool and the values of other fields are taken away: the longest such piece. With
 * `keepsArticle` its article belongs to it.
 */
export function findRest(reading: Reading, keepsArticle: boolean): Filling | undefined {
  const longest = runs(reading)
    .map((run) => trim(run, reading, keepsArticle))
    .filter((run) => run.some((token) => token.kind !== 'sign'))
    .sort((one, other) => lengthOf(other) - lengthOf(one))[0]
  if (longest === undefined) return undefined
  return { value: textOf(reading.text, longest), shape: 'rest', evidence: 0, tokens: longest }
}

function runs(reading: Reading): readonly (readonly Token[])[] {
  const found: Token[][] = [[]]
  for (const token of reading.tokens) {
    if (isFree(reading, token)) found.at(-1)?.push(token)
    else found.push([])
  }
  return found
}

function trim(run: readonly Token[], reading: Reading, keepsArticle: boolean): readonly Token[] {
  let from = leadingOver(run, 0, reading)
  // "the wibble of x" leads up to x, but "the quick fox" is meant as it is.
  for (let index = run.length - 1; index >= from; index--) {
    const token = run[index]
    const isNamed = token !== undefined && reading.names.has(token.stem)
    if (isNamed && index + 1 < run.length && run.slice(from, index).every((one) => stopWords.has(one.lower)))
      from = index + 1
  }
  from = leadingOver(run, from, reading)
  if (keepsArticle && articles.has(run[from - 1]?.lower ?? '')) from--
  let to = run.length
  const isNamed = (token: Token | undefined) => !keepsArticle && reading.names.has(token?.stem ?? '')
  while (to > from && (isTail(run[to - 1]) || isNamed(run[to - 1]))) to--
  return run.slice(from, to)
}

/** The first place that is no part of the request. Behind the tool's name a verb is what is meant: "a reminder to call". */
function leadingOver(run: readonly Token[], from: number, reading: Reading): number {
  let index = from
  let isNamed = from > 0
  for (let token = run[index]; token !== undefined; token = run[index]) {
    const isVerb = requestVerbs.has(token.lower) && !reading.names.has(token.stem)
    const isAsking = isVerb || asking.test(token.lower)
    if (isAsking ? isNamed : !isLead(token, reading)) break
    isNamed = isNamed || reading.names.has(token.stem)
    index++
  }
  return index
}

function isLead(token: Token | undefined, reading: Reading): boolean {
  if (token === undefined) return false
  if (token.kind === 'sign') return true
  if (token.kind !== 'word') return false
  return leads.test(token.lower) || reading.names.has(token.stem) || /^(what's|an?|the)$/.test(token.lower)
}

function isTail(token: Token | undefined): boolean {
  if (token === undefined || token.kind === 'sign') return true
  return prepositions.has(token.lower) || /^(and|or|please|the|a|an|then|with)$/.test(token.lower)
}

function lengthOf(run: readonly Token[]): number {
  return (run.at(-1)?.end ?? 0) - (run[0]?.start ?? 0)
}

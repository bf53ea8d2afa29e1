import { isComplete } from '../fill/fill-fields.ts'
import { listValues } from '../fill/find-list.ts'
import type { Filling } from '../fill/reading.ts'
import type { Token } from '../language/tokens.ts'
import { continueMatch } from './continue-match.ts'
import { splitFragments, splitSentences } from './fragments.ts'
import { fillOffer, findMatch, type Match, type Prompt } from './match.ts'
import type { Offer } from './offer.ts'

/** Everything that a prompt asks the offered tools for, in its order: one match for each thing. */
export function findMatches(prompt: Prompt, offers: readonly Offer[]): readonly Match[] {
  return splitSentences(prompt.tokens).flatMap((sentence) => matchSentence({ ...prompt, sentence }, offers))
}

type Fragment = readonly Token[]

function matchSentence(prompt: Prompt, offers: readonly Offer[]): readonly Match[] {
  const fragments = splitFragments(prompt.sentence)
  const groups = groupFragments(prompt, fragments, offers)
  const matches = groups.flatMap((group, index) => matchGroup(prompt, group, groups[index + 1], offers))
  // A sentence whose parts say nothing alone may say something as a whole.
  if (matches.length > 0 || groups.length <= 1) return matches
  return matchGroup(prompt, fragments, undefined, offers)
}

/** A fragment that asks for something by itself begins a group; what follows belongs to it. */
function groupFragments(
  prompt: Prompt,
  fragments: readonly Fragment[],
  offers: readonly Offer[],
): readonly Fragment[][] {
  const groups: Fragment[][] = []
  for (const fragment of fragments) {
    const current = groups.at(-1)
    if (current === undefined || findMatch(prompt, fragment, offers) !== undefined) groups.push([fragment])
    else current.push(fragment)
  }
  return groups
}

function matchGroup(
  prompt: Prompt,
  group: readonly Fragment[],
  next: readonly Fragment[] | undefined,
  offers: readonly Offer[],
): readonly Match[] {
  // The fewest fragments that ask for something whole.
  for (let count = 1; count <= group.length; count++) {
    const match = findMatch(prompt, joined(prompt, group.slice(0, count)), offers)
    if (match !== undefined) return extend(prompt, group, count, match)
  }
  // "The weather and the time in Tokyo": what the next one says holds for both.
  const match = next && findMatch(prompt, joined(prompt, [...group, ...next]), offers)
  const first = group[0]?.[0]
  const isOfGroup = match !== undefined && group.flat().some((token) => match.offer.title.has(token.stem))
  return match !== undefined && first !== undefined && isOfGroup ? [match] : []
}

/** What the other fragments of a group add: another value to ask for, or more of the same. */
function extend(prompt: Prompt, group: readonly Fragment[], count: number, base: Match): readonly Match[] {
  let whole = base
  const others: Match[] = []
  let used = group.slice(0, count)
  for (const fragment of group) {
    if (fragment.some((token) => whole.taken.has(token.start))) continue
    const isInside = used.includes(fragment)
    const longer = isInside ? undefined : grown(prompt, [...used, fragment], whole)
    const isListed = longer !== undefined && countListed(longer) > countListed(whole)
    const another = isListed ? undefined : continueMatch(prompt, fragment, others.at(-1) ?? whole)
    if (another !== undefined) others.push(another)
    else if (longer !== undefined) whole = longer
    if (!isInside) used = another === undefined ? [...used, fragment] : used
  }
  return shareOptions([whole, ...others])
}

/** The match with more fragments, if it has more to say then: a list or free text that grows, a field that was open. */
function grown(prompt: Prompt, fragments: readonly Fragment[], match: Match): Match | undefined {
  const longer = fillOffer(prompt, joined(prompt, fragments), match.offer)
  if (!isComplete(match.offer.fields, longer.fillings)) return undefined
  const isKept = [...match.fillings].every(([name, filling]) => isSameOrMore(filling, longer.fillings.get(name)))
  const isMore = longer.fillings.size > match.fillings.size || longer.taken.size > match.taken.size
  return isKept && isMore ? longer : undefined
}

/** How many values stand in lists. */
function countListed({ fillings }: Match): number {
  return [...fillings.values()].reduce(
    (sum, { value, shape }) => sum + (shape === 'list' ? listValues(value).length : 0),
    0,
  )
}

function isSameOrMore(before: Filling, after: Filling | undefined): boolean {
  if (before.shape === 'list' || before.shape === 'rest' || before.shape === 'parts')
    return after?.shape === before.shape
  return after?.value === before.value
}

/** "In Paris and Rome, in celsius": what only one of them was asked with holds for all. */
function shareOptions(matches: readonly Match[]): readonly Match[] {
  const all = new Map(matches.flatMap((match) => [...match.fillings]))
  return matches.map((match) => ({ ...match, fillings: new Map([...all, ...match.fillings]) }))
}

/** The prompt's tokens from the first fragment to the last, with what stands between them. */
function joined(prompt: Prompt, fragments: readonly Fragment[]): readonly Token[] {
  const from = fragments[0]?.[0]?.start ?? 0
  const to = fragments.at(-1)?.at(-1)?.end ?? 0
  return prompt.tokens.filter((token) => token.start >= from && token.end <= to)
}

import { identityGroups, identityKeywords } from '../script/identity.ts'
import type { Answer, ElizaScript, Keyword } from '../script/script.ts'
import { type Clause, splitClauses } from './clauses.ts'
import { matchPattern } from './pattern.ts'
import { reassemble } from './reassemble.ts'
import type { Rotation } from './rotation.ts'

/** What a conversation has come to: which answers were used, and what there is to come back to. Changed by {@link respond}. */
export interface Progress {
  readonly rotation: Rotation
  readonly memories: string[]
}

/** A keyword may send to another, and that to a third; a script that goes round in circles ends here. */
const maxDetours = 5

/** What ELIZA says to `said`, without tools: the whole of Weizenbaum's program. */
export function respond(script: ElizaScript, said: string, progress: Progress): string {
  const clauses = splitClauses(said, script.before)
  const { rotation, memories } = progress
  const onlyClause = clauses.length === 1 ? clauses[0] : undefined
  if (onlyClause !== undefined && script.quits.includes(onlyClause.words.join(' ')))
    return rotation.next('goodbyes', script.goodbyes) ?? ''
  const heard = findKeywords(clauses, [...identityKeywords, ...script.keywords])
  if (heard !== undefined) {
    for (const keyword of heard.keywords) {
      const answer = applyKeyword(script, keyword, heard.clause, rotation, 0)
      if (answer === undefined) continue
      remember(script, keyword, heard.clause, progress)
      return answer
    }
  }
  return memories.shift() ?? rotation.next('none', script.none) ?? ''
}

interface Heard {
  readonly clause: Clause
  /** The highest rank first. */
  readonly keywords: readonly Keyword[]
}

/** The clause with the highest keyword, the first of those; as in the paper, the others are passed over. */
function findKeywords(clauses: readonly Clause[], known: readonly Keyword[]): Heard | undefined {
  let best: Heard | undefined
  for (const clause of clauses) {
    const found = clause.words.flatMap((word) => known.filter(({ words }) => words.includes(word)))
    if (found.length === 0) continue
    const keywords = [...new Set(found)].sort((one, other) => rankOf(other) - rankOf(one))
    if (best === undefined || rankOf(keywords[0]) > rankOf(best.keywords[0])) best = { clause, keywords }
  }
  return best
}

function rankOf(keyword: Keyword | undefined): number {
  return keyword?.rank ?? 0
}

/** The keyword's answer; undefined when the next keyword has the word. */
function applyKeyword(
  script: ElizaScript,
  keyword: Keyword,
  clause: Clause,
  rotation: Rotation,
  detours: number,
): string | undefined {
  const groups = { ...identityGroups, ...script.groups }
  for (const [index, rule] of keyword.rules.entries()) {
    const pieces = matchPattern(rule.pattern, clause.words, groups)
    if (pieces === undefined) continue
    const answer: Answer | undefined = rotation.next(`${keyword.words[0]} ${keyword.rank} ${index}`, rule.answers)
    if (answer === undefined) continue
    if (typeof answer === 'string') return reassemble(answer, clause, pieces, script.after)
    if ('next' in answer || detours === maxDetours) return undefined
    const other = script.keywords.find(({ words }) => words.includes(answer.use))
    if (other === undefined) return undefined
    const said = answer.saying === undefined ? undefined : reassemble(answer.saying, clause, pieces, {})
    const told = said === undefined ? clause : splitClauses(said, script.before)[0]
    return told && applyKeyword(script, other, told, rotation, detours + 1)
  }
  return undefined
}

function remember(script: ElizaScript, keyword: Keyword, clause: Clause, { memories, rotation }: Progress): void {
  const { memory } = script
  if (!keyword.words.includes(memory.keyword) || !script.keywords.includes(keyword)) return
  const pieces = matchPattern(memory.pattern, clause.words, script.groups)
  const answer = pieces && rotation.next('memory', memory.answers)
  if (pieces !== undefined && answer !== undefined) memories.push(reassemble(answer, clause, pieces, script.after))
}

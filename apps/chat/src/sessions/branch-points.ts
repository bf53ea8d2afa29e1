import type { Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { promptText } from '../prompt-text.ts'

/** One way to go on. */
interface BranchChoice {
  /** The turn to go to. */
  readonly tipId: string
  readonly isCurrent: boolean
  readonly prompt: string
  readonly answer: string
}

/** A prompt that was asked again, or in other words. */
export interface BranchPoint {
  /** Which prompt of the conversation, from 1. */
  readonly place: number
  readonly choices: readonly BranchChoice[]
}

/** The places where a session parts on the way to its latest turn. */
export function branchPoints(session: Session): readonly BranchPoint[] {
  return session.transcript().turns.flatMap(({ branches }, at) => {
    if (branches.length < 2) return []
    const choices = branches.map(({ turnId, tipId, isCurrent }) => ({ tipId, isCurrent, ...wordsOf(session, turnId) }))
    return [{ place: at + 1, choices }]
  })
}

function wordsOf(session: Session, turnId: string): Pick<BranchChoice, 'prompt' | 'answer'> {
  const turn = session.findTurn(turnId)
  const prompt = turn.blocks.findLast((block) => block.kind === 'user')?.content ?? ''
  return { prompt: promptText(prompt), answer: assistantText(turn) }
}

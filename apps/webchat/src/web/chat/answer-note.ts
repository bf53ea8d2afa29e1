import type { EndedRun, RunView, TurnView } from '@geppetto/client'
import type { Block } from '@geppetto/turns'
import { type Advice, adviceForRun, adviceForStop } from '../state/advice.ts'

const silence: Advice = { title: 'The model said nothing', advice: 'Have it answered again, or say it another way.' }

/** What is to be said of the latest answer, as its run ended; undefined: nothing, or it goes on. */
export function noteOfRun({ last, status }: RunView, head: TurnView | undefined): Advice | undefined {
  if (last === undefined || last.turnId !== head?.turnId || (status !== 'idle' && status !== 'interrupted'))
    return undefined
  if (last.status === 'failed' && last.error !== undefined) return adviceForRun(last.error)
  return adviceForStop(last.stop) ?? (hasAnswer(head) ? undefined : silence)
}

/** What is to be said of an earlier answer, or one of another branch: why it is not complete. */
export function noteOfTurn(turn: TurnView): Advice | undefined {
  const call = turn.calls.at(-1)
  if (call?.error !== undefined && call.outcome === 'failed') return adviceForRun(call.error)
  return (call && adviceForStop(call.stop)) ?? (hasAnswer(turn) ? undefined : silence)
}

/** Whether anything was answered. */
export function hasAnswer({ blocks }: TurnView): boolean {
  return blocks.some(isAnswer)
}

/** The calls of a turn that wait for somebody to say what came of them. */
export function waitingCalls({ blocks }: TurnView): readonly (Block & { readonly kind: 'tool-call' })[] {
  const waiting = new Set(
    blocks.flatMap((block) => (block.kind === 'tool-result' && block.outcome === 'pending' ? [block.callId] : [])),
  )
  return blocks.filter((block) => block.kind === 'tool-call').filter(({ callId }) => waiting.has(callId))
}

/** Whether an answer that ended so can go on where it ended, without a new prompt. */
export function canResume({ status }: EndedRun): boolean {
  return status !== 'completed' && status !== 'waiting'
}

/** A note as sentences. */
export function sentences(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => (/[.!?]$/.test(text) ? text : `${text}.`))
    .join(' ')
}

function isAnswer({ kind }: Block): boolean {
  return kind !== 'user' && kind !== 'system'
}

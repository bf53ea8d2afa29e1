import type { AnsweredCall, Session } from '@geppetto/session'
import { createTurn, pendingCalls, type ToolCallBlock } from '@geppetto/turns'
import { readRequest } from './read-request.ts'
import { toBlocks } from './rebuild-turn.ts'
import type { Conversation, Exchange } from './recordings.ts'
import type { Said } from './said.ts'

/** Whether request `index` goes on from the response before it, so that our turn can. */
export function goesOn({ exchanges, links }: Conversation, index: number): boolean {
  const link = links[index - 1]
  const exchange = exchanges[index]
  if (link === undefined || exchange === undefined) return false
  return (
    link === 'calls replayed' ||
    (link === 'no calls in the turn before' && newlySaid(exchange, exchanges[index - 1]).isReplay)
  )
}

/**
 * What a request says beyond what the response before it said. It is a replay of that response when its calls, or its text, are in it.
 */
export function newlySaid(
  next: Exchange,
  before: Exchange | undefined,
): { readonly isReplay: boolean; readonly said: readonly Said[] } {
  const { said } = readRequest(next.api, next.request?.body ?? {})
  const ids = new Set(before?.expected.toolCalls.map(({ id }) => id))
  const text = before?.expected.text ?? ''
  const saidBefore = (one: Said): boolean =>
    one.kind === 'call' ? ids.has(one.id) : one.kind === 'assistant' && one.text !== '' && text.endsWith(one.text)
  const last = said.findLastIndex(saidBefore)
  return { isReplay: last >= 0, said: said.slice(last + 1).filter(({ kind }) => kind !== 'opaque') }
}

/**
 * Brings the session to where the next recorded request is asked: answers the calls that wait as they were answered then, and adds what
 * else was said.
 */
export function continueSession(session: Session, said: readonly Said[], before: Exchange): void {
  const callIds = new Map(
    before.expected.toolCalls.map(({ id }, index) => [id, callsAtEnd(session, before)[index]?.callId ?? id]),
  )
  const latest = session.latest ?? createTurn()
  const pending = new Set(pendingCalls(latest).map(({ callId }) => callId))
  const answers = said.flatMap((one): readonly AnsweredCall[] => {
    const callId = one.kind === 'result' ? callIds.get(one.id) : undefined
    if (one.kind !== 'result' || callId === undefined || !pending.has(callId)) return []
    return [{ callId, outcome: one.isError ? 'error' : 'ok', content: one.content }]
  })
  if (answers.length > 0) session.answerToolCalls(answers)
  const rest = said.filter((one) => one.kind !== 'result' || !callIds.has(one.id))
  if (rest.length === 0) return
  const { id: parentId, blocks, data } = session.latest ?? latest
  session.append(createTurn({ parentId, data, blocks: [...blocks, ...toBlocks(rest)] }))
}

/** The calls of the last response, in order. */
function callsAtEnd(session: Session, before: Exchange): readonly ToolCallBlock[] {
  const calls = session.latest?.blocks.filter((block) => block.kind === 'tool-call') ?? []
  return calls.slice(calls.length - before.expected.toolCalls.length)
}

import { background } from '@geppetto/context'
import type { RunInference } from '@geppetto/engine'
import {
  appendBlocks,
  assistantBlock,
  type Block,
  createTurn,
  type ToolOutcome,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'

export const ctx = background()

const fields = (id: string) => ({ id, createdAt: 1 })

export const user = (id: string): Block => userBlock(`says ${id}`, fields(id))
export const assistant = (id: string): Block => assistantBlock(`answers ${id}`, fields(id))
export const call = (callId: string): Block =>
  toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, fields(`call ${callId}`))
export const result = (callId: string, outcome: ToolOutcome = 'ok'): Block =>
  toolResultBlock({ callId, name: 'f', outcome, content: 'x' }, fields(`result ${callId}`))
export const turnOf = (...blocks: readonly Block[]): Turn => createTurn({ id: 'turn', createdAt: 1, blocks })
export const idsOf = (turn: Turn | undefined): readonly string[] => turn?.blocks.map((block) => block.id) ?? []

/** A provider call that answers with one block, and keeps what it was sent. */
export function createBase(): { readonly received: Turn[]; readonly run: RunInference } {
  const received: Turn[] = []
  return {
    received,
    async run(_, turn) {
      received.push(turn)
      return appendBlocks(turn, assistant(`answer ${received.length}`))
    },
  }
}

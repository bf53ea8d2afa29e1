import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, type EngineBuilder, Session, type SessionStore } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { z } from 'zod'
import { createScriptedEngine, createSequentialIds, type ScriptedCall } from '../src/index.ts'

/** What is called at the moments of such a session. */
export interface PayingMoments {
  /** Its store has something new. */
  readonly onWrite: () => Promise<void>
  /** A payment was made, and its tool has not said so yet. */
  readonly onPaid?: () => Promise<void>
}

/** A session that pays so often in its first step, and what was paid in all, by it and by what is made of it. */
export function payingSession(payments: number, { onWrite, onPaid = async () => {} }: PayingMoments) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let paid = 0
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    effects: 'side-effecting',
    execute: async () => {
      paid++
      await onPaid()
      return 'Paid.'
    },
  })
  const store: SessionStore = {
    ...inner,
    async commit(...args) {
      const head = await inner.commit(...args)
      await onWrite()
      return head
    },
    async appendEvents(...args) {
      await inner.appendEvents(...args)
      await onWrite()
    },
  }
  const builderOf = (script: readonly ScriptedCall[] = []): EngineBuilder =>
    createEngineBuilder({ base: createScriptedEngine([...script, [{ text: 'Done.' }]]), tools: [pay] })
  const options = { clock, ids: createSequentialIds() }
  const calls = Array.from({ length: payments }, () => ({ toolCall: 'pay', input: {} }))
  const session = new Session({ ...options, builder: builderOf([calls]), store, id: 's' })
  return { session, inner, paid: () => paid, options, builderOf }
}

/** All that it gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

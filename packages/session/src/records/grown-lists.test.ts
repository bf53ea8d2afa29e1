import { describe, expect, it } from 'vitest'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const builder = { build: () => ({ runInference: async () => Promise.reject(new Error('not run here')) }) }

/** Records of a session whose every turn adds one to a list; the turn `spoilt` goes on with one that is not there. */
function linesOf(turns: number, spoilt?: number): readonly string[] {
  const lineOf = (at: number) => {
    const data = at === 0 ? { set: { log: [0] } } : { grown: { [at === spoilt ? 'lost' : 'log']: [at] } }
    const fields = { set: { createdAt: at } }
    const turn = { id: `t${at}`, after: at === 0 ? null : `t${at - 1}`, fields, data, parts: [] }
    return JSON.stringify({ type: 'turn', turn, v: 1 })
  }
  const session = JSON.stringify({ type: 'session', metadata: {}, v: 1 })
  return [session, ...Array.from({ length: turns }, (_, at) => lineOf(at))]
}

function open(lines: readonly string[]): Promise<Session> {
  const store: SessionStore = {
    ...createMemoryStore(),
    async *readLines() {
      yield lines.join('\n')
    },
  }
  return Session.open(store, 's', { builder })
}

describe('a list in the data of turns that has grown from turn to turn', () => {
  it('is there however long the session is, when it is opened cold', async () => {
    const opened = await open(linesOf(20_000))
    expect(opened.turnCount).toBe(20_000)
    expect(opened.latest?.data.log).toHaveLength(20_000)
  })

  it('that is not there is told of with the record that goes on with it', async () => {
    const opened = await open(linesOf(20, 7))
    const misfit = { code: 'invalid_stored_session', record: 8, field: 'turn.data.grown.lost' }
    expect(() => opened.latest).toThrow(expect.objectContaining(misfit))
    expect(opened.getTurn(6).data.log).toHaveLength(7)
  })
})

import {
  appendBlocks,
  assistantBlock,
  createTurn,
  type ToolOutcome,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { InferenceRunner } from '../contract/builder.ts'
import { createMemoryStore } from '../memory-store.ts'
import { turnToResume } from '../runs/resume.ts'
import { Session } from '../session.ts'
import { exportSession } from '../transfer/export-session.ts'
import { importSession } from '../transfer/import-session.ts'
import { dismissCalls } from './dismissed-calls.ts'

const outcomes = ['ok', 'cancelled', 'not-run', 'unknown', 'pending'] as const
const call = (outcome: ToolOutcome) =>
  toolCallBlock({ callId: outcome, name: 'pay', input: { state: 'parsed', value: {} } }, { id: `call ${outcome}` })
const result = (outcome: ToolOutcome) =>
  toolResultBlock({ callId: outcome, name: 'pay', outcome, content: 'x' }, { id: `result ${outcome}` })
const stopped = (id: string): Turn =>
  createTurn({ id, blocks: [userBlock('Pay'), ...outcomes.map(call), ...outcomes.map(result)] })
const resultsOf = (turn: Turn | undefined) =>
  (turn?.blocks ?? []).flatMap((block) => (block.kind === 'tool-result' ? [`${block.callId}: ${block.outcome}`] : []))
/** The calls that a run which is resumed would run, or ask about. */
const resumable = (turn: Turn | undefined): readonly string[] => {
  const { turn: resumed, unsureCalls } = turnToResume(turn ?? createTurn())
  return [...resultsOf(resumed).filter((result) => result.endsWith('pending')), ...unsureCalls]
}

const builder = { build: () => ({ runInference: async (_: unknown, turn: Turn) => turn }) }

describe('calls that a resumed run could run', () => {
  it('are left to the turn that they were made in: the other one says so, and keeps what is known', () => {
    const turn = stopped('t')
    expect(resumable(turn)).toEqual(['cancelled: pending', 'not-run: pending', 'pending: pending', 'unknown'])
    const dismissed = dismissCalls(turn)
    expect(resultsOf(dismissed)).toEqual([
      ...['ok: ok', 'cancelled: not-run', 'not-run: not-run', 'unknown: unknown', 'pending: not-run'],
    ])
    expect(JSON.stringify(dismissed)).toContain('Not run: the conversation went on without it.')
    expect(resumable(dismissed)).toEqual([])
    expect(dismissCalls(dismissed)).toBe(dismissed)
  })

  it('are none where the model has answered them', () => {
    const answered = appendBlocks(
      createTurn({ blocks: [call('cancelled'), result('cancelled')] }),
      assistantBlock('I see.'),
    )
    expect(dismissCalls(answered)).toBe(answered)
  })

  it('P7: stay with the session that was forked, also in turns before the latest, and in a store', async () => {
    const store = createMemoryStore()
    const session = new Session({ builder, store, id: 's' })
    session.append(stopped('first'))
    session.append(stopped('second'))
    const fork = session.fork({ id: 'fork' })
    expect(fork.latest?.id).toBe('second')
    await fork.save()
    const opened = await Session.open(store, 'fork', { builder })
    for (const each of [fork, opened]) {
      expect(resumable(each.latest)).toEqual([])
      expect(resumable(each.checkout('first'))).toEqual([])
      expect(resumable(each.fork().latest)).toEqual([])
    }
    expect(resumable(session.latest)).toHaveLength(4)
    expect(resumable(session.getTurn(0))).toHaveLength(4)
  })

  it('P7: stay with the session that was copied, on all its branches, unless that one is gone', async () => {
    const store = createMemoryStore()
    const session = new Session({ builder, store, id: 's' })
    session.append(stopped('first'))
    session.append(stopped('second'))
    session.checkout('first')
    await session.save()
    const lines = await collect(exportSession(store, 's'))
    const other = createMemoryStore()
    const imports = [
      { options: { id: 'copy' }, open: 0 },
      { options: { id: 'heir', openCalls: 'keep' }, open: 4 },
      { options: {}, open: 4 },
    ] as const
    for (const { options, open } of imports) {
      const opened = await Session.open(other, await importSession(other, lines, options), { builder })
      expect(opened.latest?.id).toBe('first')
      for (const id of ['first', 'second']) expect(resumable(opened.checkout(id))).toHaveLength(open)
    }
  })

  it('P7: are not said to be not run where a run goes on that may run them: nobody knows what became of them', async () => {
    const store = createMemoryStore()
    const handed = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const callOf = (callId: string, state: 'parsed' | 'incomplete') =>
      toolCallBlock({ callId, name: 'pay', input: state === 'parsed' ? { state, value: {} } : { state, raw: '{"' } })
    const runInference: InferenceRunner['runInference'] = async (_, turn, scope) => {
      const calls = appendBlocks(turn, callOf('a', 'parsed'), callOf('b', 'parsed'), callOf('cut', 'incomplete'))
      await scope?.commitCalls(calls)
      handed.resolve()
      await release.promise
      const results = ['a', 'b', 'cut'].map((callId) =>
        toolResultBlock({ callId, name: 'pay', outcome: 'ok', content: 'Paid.' }),
      )
      return appendBlocks(calls, ...results, assistantBlock('Done.'))
    }
    const session = new Session({ builder: { build: () => ({ runInference }) }, store, id: 's' })
    session.append(stopped('first'))
    const handle = session.submit('Pay')
    await handed.promise
    const watching = await Session.open(store, 's', { builder })
    const lines = await collect(exportSession(store, 's'))
    await importSession(store, lines, { id: 'copy' })
    const copy = await Session.open(store, 'copy', { builder })
    const forks = [session.fork(), watching.fork(), copy]
    for (const fork of forks) {
      expect(resultsOf(fork.latest).slice(-3)).toEqual(['a: unknown', 'b: unknown', 'cut: not-run'])
      expect(resumable(fork.latest)).toEqual([])
      // Nothing runs what was made before.
      expect(resultsOf(fork.getTurn(0))).toContain('pending: not-run')
    }
    release.resolve()
    expect((await handle.wait()).status).toBe('completed')
  })

  it('P7: stay with the turn that is run again or asked otherwise', () => {
    const session = new Session({ builder })
    const { blocks } = stopped('t')
    session.append(createTurn({ id: 't', blocks: [blocks[0] ?? userBlock('Pay'), ...blocks.slice(1)] }))
    session.answerToolCalls([{ callId: 'pending', content: 'x' }])
    expect(resumable(session.regenerate())).toEqual([])
    expect(resumable(session.editPrompt('Other', { at: 0 }))).toEqual([])
  })
})

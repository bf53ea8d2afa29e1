import {
  appendBlocks,
  assistantBlock,
  type createTurn,
  decodeBlock,
  decodeTurn,
  encodeTurn,
  type JsonObject,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore, StoredRecord } from '../contract/store.ts'
import { readSession } from '../history/stored-session.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { decodeRecord, encodeRecord } from './session-record.ts'

const block = (changes: JsonObject = {}): JsonObject => ({
  kind: 'user',
  id: 'u',
  createdAt: 1,
  metadata: {},
  content: [{ type: 'text', text: 'Hi' }],
  ...changes,
})
const turn = (changes: JsonObject = {}, index = 0): JsonObject => ({
  v: 1,
  type: 'turn',
  turn: {
    id: `t${index}`,
    after: index === 0 ? null : `t${index - 1}`,
    fields: { set: { createdAt: 1 } },
    parts: [block()],
    ...changes,
  },
})
/** What became of turn `t0`. */
const change = (changes: JsonObject): JsonObject => ({
  v: 1,
  type: 'turn',
  turn: { id: 't0', parts: [[0, 1]], ...changes },
})
const settled = (changes: JsonObject = {}): JsonObject => ({
  v: 1,
  type: 'run-settled',
  runId: 'r',
  turnId: 't0',
  status: 'completed',
  stop: 'end_turn',
  settledAt: 1,
  epoch: 1,
  seq: 1,
  ...changes,
})

/** A store that has these records. */
function storeOf(...records: readonly unknown[]): SessionStore {
  return {
    ...createMemoryStore(),
    async *read() {
      // Not true, and that is the point: a store can give anything.
      yield* records as readonly StoredRecord[]
    },
  }
}

const builder = { build: () => ({ runInference: async (_: unknown, begun: ReturnType<typeof createTurn>) => begun }) }

const damaged: readonly (readonly [what: string, record: unknown, field: string])[] = [
  ['null', null, 'record'],
  ['a list', [], 'record'],
  ['a text', 'turn', 'record'],
  ['no version', {}, 'v'],
  ['a version that is a text', { v: '1', type: 'session', metadata: {} }, 'v'],
  ['version 0', { v: 0, type: 'session', metadata: {} }, 'v'],
  ['no type', { v: 1 }, 'type'],
  ['a session without metadata', { v: 1, type: 'session' }, 'metadata'],
  ['metadata that is a list', { v: 1, type: 'session', metadata: [] }, 'metadata'],
  ['metadata that is no JSON', { v: 1, type: 'session', metadata: { at: new Date(0) } }, 'metadata'],
  ['no turn', { v: 1, type: 'turn' }, 'turn'],
  ['a turn without id', turn({ id: undefined }, 1), 'turn.id'],
  ['a turn that is there already', turn(), 'turn.id'],
  ['a change of a turn that is missing', change({ id: 't1' }), 'turn.id'],
  ['a turn after one that is missing', turn({}, 2), 'turn.after'],
  ['a turn after an empty id', turn({ after: '' }, 1), 'turn.after'],
  ['a turn without fields', turn({ fields: undefined }, 1), 'turn.fields'],
  ['an empty parent', turn({ fields: { set: { createdAt: 1, parentId: '' } } }, 1), 'turn.fields.set.parentId'],
  ['a turn without time', turn({ fields: { set: { createdAt: null } } }, 1), 'turn.fields.set.createdAt'],
  ['a turn that loses its time', change({ fields: { removed: ['createdAt'] } }), 'turn.fields.removed'],
  ['a turn that gets another id', change({ fields: { set: { id: 't9' } } }), 'turn.fields'],
  ['turn metadata that is null', turn({ metadata: null }, 1), 'turn.metadata'],
  ['turn data that is a list', turn({ data: [] }, 1), 'turn.data'],
  ['turn data that sets a list', turn({ data: { set: [] } }, 1), 'turn.data.set'],
  [
    'turn data that is no JSON',
    {
      ...turn({}, 1),
      turn: { id: 't1', after: 't0', fields: { set: { createdAt: 1 } }, parts: [], data: { set: { at: new Date(0) } } },
    },
    'turn.data.set.at',
  ],
  ['fields removed that are no names', change({ data: { removed: [1] } }), 'turn.data.removed[0]'],
  ['a list grown by what is none', change({ metadata: { grown: { calls: 1 } } }), 'turn.metadata.grown.calls'],
  ['a list grown that is not there', change({ metadata: { grown: { calls: [1] } } }), 'turn.metadata.grown.calls'],
  ['a turn without parts', turn({ parts: undefined }, 1), 'turn.parts'],
  ['a part that is null', turn({ parts: [null] }, 1), 'turn.parts[0]'],
  ['a block without id', turn({ parts: [block(), block({ id: undefined })] }, 1), 'turn.parts[1].id'],
  ['a block without kind', turn({ parts: [block({ kind: undefined })] }, 1), 'turn.parts[0].kind'],
  ['a block without content', turn({ parts: [block({ content: [] })] }, 1), 'turn.parts[0].content'],
  ['a stretch of three numbers', turn({ parts: [[0, 1, 2]] }, 1), 'turn.parts[0]'],
  ['a stretch that starts before the first', turn({ parts: [[-1, 1]] }, 1), 'turn.parts[0][0]'],
  ['a stretch without an end', turn({ parts: [[0, Number.POSITIVE_INFINITY]] }, 1), 'turn.parts[0][1]'],
  ['a stretch of what is not there', turn({ parts: [[0, 2]] }, 1), 'turn.parts[0]'],
  ['a start without a run', { v: 1, type: 'run-started', turnId: 't0', startedAt: 1 }, 'runId'],
  ['a start without a time', { v: 1, type: 'run-started', runId: 'r', turnId: 't0' }, 'startedAt'],
  ['an end of no turn', settled({ turnId: 5 }), 'turnId'],
  ['an end of a turn that is missing', settled({ turnId: 't9' }), 'turnId'],
  ['a head that is missing', { v: 1, type: 'head', turnId: 't9' }, 'turnId'],
  ['completed turns that are no list', { v: 1, type: 'completed', turnIds: 't0' }, 'turnIds'],
  ['completed turns of which one is missing', { v: 1, type: 'completed', turnIds: ['t0', 't9'] }, 'turnIds[1]'],
  ['an end of no known status', settled({ status: 'done' }), 'status'],
  ['an end without a stop', settled({ stop: undefined }), 'stop'],
  ['an end with usage that is a number', settled({ usage: 3 }), 'usage'],
]

describe('a stored session that is damaged', () => {
  it.each(damaged)('as a record is or has %s is refused, naming record and field', async (_, record, field) => {
    const opening = Session.open(storeOf(turn(), record), 's', { builder })
    await expect(opening).rejects.toMatchObject({
      name: 'SessionError',
      code: 'invalid_stored_session',
      record: 1,
      field,
      message: expect.stringMatching(/^record 1 of session s cannot be read: /),
    })
    await expect(opening).rejects.toThrow(field)
  })

  it('loses nothing: the other records stay as they are', async () => {
    const store = createMemoryStore()
    const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
    const records = [turn(), { v: 1, type: 'turn' }].map((record) => ({ v: 1, type: 'turn', ...record }))
    await store.commit(lease, 0, { records })
    await expect(Session.open(store, 's', { builder })).rejects.toMatchObject({ field: 'turn' })
    expect(await collect(store.read('s'))).toEqual(records)
  })

  it('in a turn that others follow is found when it is opened, not when it is asked for', async () => {
    const store = storeOf(turn(), turn({ parts: [[0, 9]] }, 1), turn({ parts: [block()] }, 2), settled())
    await expect(readSession(store, 's')).rejects.toMatchObject({ record: 1, field: 'turn.parts[0]' })
  })

  it('is told from one of a newer version, with what to do', async () => {
    await expect(readSession(storeOf(turn(), { v: 2, type: 'session' }), 's')).rejects.toMatchObject({
      code: 'unsupported_version',
      record: 1,
      field: 'v',
      message: expect.stringMatching(/version 2 .* up to 1: upgrade/),
    })
  })
})

describe('what this version does not know', () => {
  it('is passed over as a whole record, and counts for the head', async () => {
    const stored = await readSession(storeOf({ v: 1, type: 'hologram', depth: 3 }, turn(), settled({ later: 1 })), 's')
    expect([stored.head, stored.history.count, stored.history.isCompleted]).toEqual([3, 1, true])
  })

  it('survives to be opened, run, stored and opened again, value-exact: blocks, and fields at every level', async () => {
    const store = createMemoryStore()
    const hologram = { kind: 'hologram', id: 'h', createdAt: 2, scene: { of: ['light', null, 0.1] } }
    const said = block({ priority: 7, content: [{ type: 'text', text: 'Hi', language: 'en' }] })
    const fields = { set: { createdAt: 1, mood: { good: [true] } } }
    const first = turn({ fields, data: { set: { later: 1 } }, parts: [hologram, said] })
    const lease = await store.acquire('s', { ttlMs: 1_000, holder: 'me', runId: 'r' })
    const metadata = { title: 'x', later: { field: [1] } }
    const records = [first, { type: 'hologram', depth: 3 }, { type: 'session', metadata }]
    await store.commit(lease, 0, { records: records.map((record) => ({ type: 'turn', ...record, v: 1 })) })
    await store.release(lease)
    const answering = {
      build: () => ({
        runInference: async (_: unknown, begun: ReturnType<typeof createTurn>) =>
          appendBlocks(begun, assistantBlock('Hello', { id: `a${begun.blocks.length}`, createdAt: 3 })),
      }),
    }
    const opened = await Session.open(store, 's', { builder: answering })
    expect(opened.latest?.blocks[0]).toMatchObject({ kind: 'unknown', id: 'h' })
    expect((await opened.startInference().wait()).status).toBe('completed')
    expect((await opened.submit('And?').wait()).status).toBe('completed')
    const again = await Session.open(store, 's', { builder: answering })
    expect(again.metadata).toEqual(metadata)
    const stored = again.getTurn(0)
    expect(encodeTurn(stored).turn).toMatchObject({ mood: { good: [true] }, data: { later: 1 } })
    expect(encodeTurn(stored).turn.blocks).toMatchObject([hologram, said, { kind: 'assistant' }])
    expect(encodeTurn(again.getTurn(1)).turn.blocks).toMatchObject([hologram, said, {}, {}, {}])
    expect((await collect(store.read('s'))).slice(0, 3)).toEqual([
      first,
      { v: 1, ...records[1] },
      { v: 1, ...records[2] },
    ])
  })

  it('stays on a turn that is appended', async () => {
    const later = decodeTurn({
      format: 'geppetto.turn',
      v: 1,
      turn: { id: 't', createdAt: 1, mood: 'good', blocks: [block()] },
    })
    const session = new Session({ builder })
    session.append(later)
    expect(session.latest).toEqual(later)
    expect(session.fork().getTurn(0)).toEqual(later)
  })
})

describe('a record', () => {
  it('comes back as it was, with blocks as they are stored', () => {
    const unknown = decodeBlock({ kind: 'hologram', id: 'h', depth: 1 }, 'block')
    const turn = {
      id: 't',
      after: null,
      parts: [unknown, userBlock('Hi'), [0, 2] as const],
      fields: { set: { createdAt: 1 } },
      data: { removed: ['old'], grown: { list: [1] } },
    }
    const record = { type: 'turn', turn } as const
    const stored = encodeRecord(record)
    expect(stored).toMatchObject({ v: 1, turn: { parts: [{ kind: 'hologram', id: 'h', depth: 1 }, {}, [0, 2]] } })
    expect(decodeRecord(JSON.parse(JSON.stringify(stored)), { sessionId: 's', record: 0 })).toEqual(record)
  })

  it('that could not be read back is not written', () => {
    const metadata = JSON.parse('{}')
    metadata.body = () => 1
    expect(() => encodeRecord({ type: 'session', metadata })).toThrow(
      /cannot be stored: session.metadata.body is a fun/,
    )
  })
})

import { background, withCancel } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import {
  appendBlocks,
  assistantBlock,
  type ContentPart,
  encodeBlock,
  type JsonObject,
  type JsonValue,
  type Turn,
  toolCallBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from './export-session.ts'
import { importSession } from './import-session.ts'
import { pruneSession } from './prune-session.ts'

const image: ContentPart = { type: 'image', source: { type: 'base64', data: toBase64(new Uint8Array(2_000)) } }

async function setUp() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const runInference = async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('I see.'))
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const session = new Session({ ...options, store, id: 's', metadata: { title: 'Pictures' } })
  await session.run([image])
  await session.run('And now?')
  session.regenerate()
  await session.startInference().wait()
  const lines = await collect(exportSession(store, 's'))
  return { clock, store, options, session, lines }
}

/** The lines with the one at `index` changed. */
function changed(lines: readonly string[], index: number, change: (line: JsonObject) => unknown): readonly string[] {
  const line: JsonObject = JSON.parse(lines.at(index) ?? '')
  return lines.with(index, JSON.stringify(change(line)))
}

describe('an exported session', () => {
  it('is the same in another store: turns, branches, media, metadata, events', async () => {
    const { store, options, session, lines } = await setUp()
    expect(lines[0]).toBe('{"format":"geppetto.session","v":1,"sessionId":"s"}')
    expect(lines.every((line) => !line.includes('\n'))).toBe(true)
    const other = createMemoryStore()
    expect(await importSession(other, lines)).toBe('s')
    expect(await collect(other.read('s'))).toEqual(await collect(store.read('s')))
    expect(await collect(other.readEvents('s'))).toEqual(await collect(store.readEvents('s')))
    const opened = await Session.open(other, 's', options)
    expect([opened.latest, opened.branches(), opened.metadata]).toEqual([
      session.latest,
      session.branches(),
      session.metadata,
    ])
    await opened.run('More')
    const cursors = (await collect(other.readEvents('s'))).map(({ epoch, seq }) => [epoch, seq])
    const sorted = cursors.toSorted(([epoch = 0, seq = 0], [otherEpoch = 0, otherSeq = 0]) =>
      epoch === otherEpoch ? seq - otherSeq : epoch - otherEpoch,
    )
    expect(cursors).toEqual(sorted)
  })

  it('is imported under another id, beside the first, with events that tell of that', async () => {
    const { store, options, lines } = await setUp()
    expect(await importSession(store, lines, { id: 'copy' })).toBe('copy')
    const opened = await Session.open(store, 'copy', options)
    expect(opened.turnCount).toBe(2)
    const events = await collect(store.readEvents('copy'))
    expect(events.length).toBeGreaterThan(0)
    for (const { event } of events) expect(event).toMatchObject({ correlation: { sessionId: 'copy' } })
    await opened.run('More')
  })

  it('is not imported where a text was changed in it, unless that is said', async () => {
    const { lines, options } = await setUp()
    const edited = lines.map((line) => line.replaceAll('And now?', 'And then?'))
    const store = createMemoryStore()
    const refused = importSession(store, edited)
    await expect(refused).rejects.toMatchObject({ code: 'invalid_import' })
    await expect(refused).rejects.toThrow(/changed after it was exported: pass \{ allowChanges: true \}/)
    expect(await store.find('s')).toBeUndefined()
    await importSession(store, edited, { allowChanges: true })
    expect(JSON.stringify((await Session.open(store, 's', options)).latest)).toContain('And then?')
    const without = changed(lines, -1, ({ end }) => ({ end: { ...Object(end), checksum: undefined } }))
    await expect(importSession(createMemoryStore(), without)).rejects.toMatchObject({ code: 'invalid_import' })
    await importSession(
      createMemoryStore(),
      lines.map((line) => `${line}\r\n`),
    )
  })

  it('does not take the place of another, which stays free', async () => {
    const { store, session, lines } = await setUp()
    await expect(importSession(store, lines)).rejects.toMatchObject({ code: 'session_exists' })
    await session.run('More')
    const lease = await store.acquire('new', { ttlMs: 1_000, holder: 'me', runId: 'r' })
    await expect(importSession(store, lines, { id: 'new' })).rejects.toMatchObject({ code: 'session_busy' })
    await store.release(lease)
  })

  it('of many owners asks the store once for the right to write, and its next owner comes behind them', async () => {
    const { options, lines } = await setUp()
    const inner = createMemoryStore()
    let asked = 0
    const store: SessionStore = {
      ...inner,
      acquire: (...request) => {
        asked++
        return inner.acquire(...request)
      },
    }
    const at = firstEvent(lines)
    const many = Array.from({ length: 50 }, (_, epoch) => `{"epoch":${100 + epoch},"seq":1,"event":{"type":"log"}}`)
    const last = lines.findLastIndex((line) => line.startsWith('{"epoch"'))
    const counted = changed(lines, -1, ({ end }) => ({ end: { ...Object(end), events: last - at + 1 + many.length } }))
    await importSession(store, counted.toSpliced(last + 1, 0, ...many), { allowChanges: true })
    expect(asked).toBe(1)
    const newest = (await collect(inner.readEvents('s'))).at(-1)
    await (await Session.open(inner, 's', options)).run('More')
    expect((await collect(inner.readEvents('s'))).at(-1)?.epoch).toBeGreaterThan(newest?.epoch ?? 0)
  })

  it('is neither written nor read any further once the context has ended, and a store has all of it or nothing', async () => {
    const { store, lines } = await setUp()
    const { ctx, cancel } = withCancel(background())
    const other = createMemoryStore()
    const reading = exportSession(store, 's', {}, ctx)[Symbol.asyncIterator]()
    expect((await reading.next()).done).toBe(false)
    const stopping = function* () {
      yield* lines.slice(0, -1)
      cancel('user')
      yield lines.at(-1) ?? ''
    }
    await expect(importSession(other, stopping(), {}, ctx)).rejects.toBe('user')
    expect(await other.find('s')).toBeUndefined()
    await expect(reading.next()).rejects.toBe('user')
    const before = await collect(store.readEvents('s'))
    await expect(pruneSession(store, 's', { keepRuns: 0 }, ctx)).rejects.toBe('user')
    expect(await collect(store.readEvents('s'))).toEqual(before)
  })

  it('that a store cannot take leaves nothing, and a lease that is free', async () => {
    const { lines } = await setUp()
    const inner = createMemoryStore()
    const full = { ...inner, commit: () => Promise.reject(new Error('disk full')) }
    await expect(importSession(full, lines)).rejects.toMatchObject({ code: 'store_failed' })
    expect(await inner.find('s')).toBeUndefined()
    await importSession(inner, lines)
  })

  it('is not there where there is no session, and says so where the store fails', async () => {
    const { store } = await setUp()
    await expect(collect(exportSession(store, 'nobody'))).rejects.toMatchObject({ code: 'no_such_session' })
    const failing = {
      ...store,
      readEvents: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(1) }) }),
    }
    await expect(collect(exportSession(failing, 's'))).rejects.toMatchObject({ code: 'store_failed' })
  })
})

const damages: readonly (readonly [string, (lines: readonly string[]) => readonly string[], RegExp])[] = [
  ['nothing', () => [], /line 1 .*end is missing/],
  ['no JSON', (lines) => lines.with(2, lines[2]?.slice(0, -5) ?? ''), /line 3 .*not JSON/],
  ['a line that is a list', (lines) => lines.with(2, '[]'), /line 3 .*object/],
  ['no header', (lines) => lines.slice(1), /line 1 .*header is missing/],
  ['two headers', (lines) => lines.toSpliced(1, 0, lines[0] ?? ''), /line 2 .*second header/],
  ['another format', (lines) => changed(lines, 0, (line) => ({ ...line, format: 'x' })), /line 1 .*format/],
  ['no version', (lines) => changed(lines, 0, (line) => ({ ...line, v: '1' })), /line 1 .*version/],
  ['no id', (lines) => changed(lines, 0, (line) => ({ ...line, sessionId: '' })), /line 1 .*sessionId/],
  ['a line of no known type', (lines) => lines.with(1, '{"note":1}'), /line 2 .*none of/],
  ['a damaged record', (lines) => lines.with(2, '{"record":{"v":1,"type":"turn"}}'), /line 3 .*turn must be/],
  ['a record without version', (lines) => lines.with(1, '{"record":{"type":"session"}}'), /line 2 .*v must/],
  ['a record too few', (lines) => lines.toSpliced(1, 1), /not as many lines/],
  ['an event without a place', (lines) => lines.toSpliced(1, 0, '{"event":{}}'), /line 2 .*epoch/],
  [
    'a delta of a number',
    (lines) => lines.toSpliced(1, 0, '{"epoch":1,"seq":1,"deltaOf":1,"event":{}}'),
    /line 2 .*deltaOf/,
  ],
  ['events in another order', (lines) => lines.toSpliced(1, 0, '{"epoch":9,"seq":9,"event":{}}'), /out of order/],
  ['a blob of other bytes', (lines) => changed(lines, -2, (line) => ({ ...line, data: 'AAAA' })), /other bytes/],
  ['a blob without base64', (lines) => changed(lines, -2, (line) => ({ ...line, data: '%' })), /no base64/],
  ['no blob', (lines) => changed(lines.toSpliced(-2, 1), -1, withoutBlob), /line 3 .*blob sha256-\w+ is missing/],
  [
    'a part that the turn has twice, and so a list that doubles with each line',
    (lines) =>
      changed(lines, lastTurn(lines), (line) =>
        withTurn(line, {
          parts: [
            [0, 1],
            [0, 1],
          ],
        }),
      ),
    /parts has block 0 of the state before twice/,
  ],
  [
    'a block that the turn has twice',
    (lines) =>
      changed(lines, lastTurn(lines), (line) =>
        withTurn(line, { parts: [...partsOf(line), ...partsOf(line).slice(-1)] }),
      ),
    /line \d+ .*is not valid: blocks\[\d\].id/,
  ],
  [
    'a call without its result',
    (lines) => changed(lines, lastTurn(lines), (line) => withTurn(line, { parts: [...partsOf(line), openCall] })),
    /is not valid: .*call c of pay has no result/,
  ],
  ['a number that leaves none for the next event', (lines) => withPlace(lines, Number.MAX_SAFE_INTEGER), /seq must be/],
  ['a number that leaves few', (lines) => withPlace(lines, 2 ** 52), /seq must be at most 2 \*\* 51/],
  [
    'an event that comes too late for any behind it',
    (lines) => lines.toSpliced(-3, 0, `{"epoch":1,"seq":${2 ** 52},"event":{}}`),
    /epoch and the seq of an event must be at most/,
  ],
  [
    'an event whose media are missing',
    (lines) => changed(lines, firstEvent(lines), (line) => ({ ...line, event: { ...Object(line.event), content } })),
    /line \d+ .*blob sha256-0 is missing/,
  ],
  ['no end', (lines) => lines.slice(0, -1), /end is missing/],
  ['an end without numbers', (lines) => lines.with(-1, '{"end":{}}'), /how many lines/],
  ['something behind the end', (lines) => [...lines, lines[1] ?? ''], /behind the end/],
]

const content = [{ type: 'image', source: { type: 'blob', hash: 'sha256-0' } }]

const openCall = encodeBlock(
  toolCallBlock({ callId: 'c', name: 'pay', input: { state: 'parsed', value: {} } }, { id: 'call', createdAt: 1 }),
)

function withTurn(line: JsonObject, changes: JsonObject): JsonObject {
  const record: JsonObject = Object(line.record)
  return { record: { ...record, turn: { ...Object(record.turn), ...changes } } }
}

function partsOf(line: JsonObject): readonly JsonValue[] {
  const { turn } = Object(line.record)
  return Array.isArray(turn.parts) ? turn.parts : []
}

/** The lines with another number in the record of the first run that was settled. */
function withPlace(lines: readonly string[], seq: number): readonly string[] {
  const index = lines.findIndex((line) => line.includes('"run-settled"'))
  return changed(lines, index, ({ record }) => ({ record: { ...Object(record), seq } }))
}

/** The line of the newest state of a turn. */
function lastTurn(lines: readonly string[]): number {
  return lines.findLastIndex((line) => line.includes('"type":"turn"'))
}

function firstEvent(lines: readonly string[]): number {
  return lines.findIndex((line) => line.startsWith('{"epoch"'))
}

function withoutBlob({ end }: JsonObject): unknown {
  return { end: { ...Object(end), blobs: 0 } }
}

describe('lines that are no exported session', () => {
  it.each(damages)('as there is %s are refused by number, and nothing is written', async (_, damage, message) => {
    const { lines } = await setUp()
    const store = createMemoryStore()
    const importing = importSession(store, damage(lines))
    await expect(importing).rejects.toMatchObject({ code: 'invalid_import' })
    await expect(importing).rejects.toThrow(message)
    expect(await store.find('s')).toBeUndefined()
  })

  it('of a newer version are told from those', async () => {
    const { lines } = await setUp()
    const newer = (index: number) => changed(lines, index, (line) => newerLine(line))
    for (const index of [0, 1])
      await expect(importSession(createMemoryStore(), newer(index))).rejects.toMatchObject({
        code: 'unsupported_version',
      })
  })

  it('may end in an empty line', async () => {
    const { lines } = await setUp()
    expect(await importSession(createMemoryStore(), [...lines, ''])).toBe('s')
  })
})

function newerLine(line: JsonObject): JsonObject {
  return line.record === undefined ? { ...line, v: 2 } : { record: { ...Object(line.record), v: 2 } }
}

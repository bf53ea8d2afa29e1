import { beforeEach, describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { createMemoryStore } from './memory-store.ts'
import { Session } from './session.ts'
import { exportSession } from './transfer/export-session.ts'
import { importSession } from './transfer/import-session.ts'
import { pruneSession } from './transfer/prune-session.ts'

const builder = { build: () => ({ runInference: async () => Promise.reject(new Error('not run')) }) }
let store = createMemoryStore()
let session = new Session({ builder })
let lines: string[] = []

beforeEach(async () => {
  store = createMemoryStore()
  session = new Session({ builder, store, id: 's' })
  session.appendNewTurnFromUserPrompt('Hi')
  await session.save()
  lines = await collect(exportSession(store, 's'))
})

/** Calls it as a program without types does. */
function call(target: object, name: string, ...args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name)
  if (typeof method !== 'function') throw new Error(`there is no ${name}`)
  return Reflect.apply(method, target, args)
}

const functions = { importSession, pruneSession }
const make = { session: (options: object) => Reflect.construct(Session, [{ builder, ...options }]) }
const open = (options: object) => call(Session, 'open', store, 's', { builder, ...options })
const copy = (options: object) => call(functions, 'importSession', createMemoryStore(), lines, options)

const misplaced: readonly (readonly [what: string, field: string, message: RegExp, () => unknown])[] = [
  [
    'fork({ turn })',
    'turn',
    /index, from 0: at\. The options are at, id, builder/,
    () => call(session, 'fork', { turn: 0 }),
  ],
  ['fork({ At })', 'At', /Did you mean at\?/, () => call(session, 'fork', { At: 0 })],
  [
    "fork({ at: '0' })",
    'at',
    /at must be the index of a turn, from 0, not "0"/,
    () => call(session, 'fork', { at: '0' }),
  ],
  [
    'regenerate({ turnId })',
    'turnId',
    /index, from 0: at\. The options are at/,
    () => call(session, 'regenerate', { turnId: 't' }),
  ],
  ["regenerate({ at: '0' })", 'at', /index of a turn/, () => call(session, 'regenerate', { at: '0' })],
  [
    'editPrompt(…, { turnId })',
    'turnId',
    /The options are at/,
    () => call(session, 'editPrompt', 'Ho', { turnId: 't' }),
  ],
  ["getTurn('0')", 'index', /index must be the index of a turn/, () => call(session, 'getTurn', '0')],
  [
    'attach({ epoch, seq })',
    'epoch',
    /stands under from: attach\(\{ from: \{ epoch, seq \} \}\)/,
    () => call(session, 'attach', { epoch: 1, seq: 1 }),
  ],
  ['transcript({ count })', 'count', /The options are last/, () => call(session, 'transcript', { count: 1 })],
  ["transcript({ last: '1' })", 'last', /last must be a number/, () => call(session, 'transcript', { last: '1' })],
  ['Session.open(…, { id })', 'id', /It is the second argument/, () => open({ id: 'other' })],
  ['Session.open(…, { store })', 'store', /It is the first argument/, () => open({ store: createMemoryStore() })],
  ['Session.open(…, { creat })', 'creat', /Did you mean create\?.*, create$/, () => open({ creat: true })],
  [
    "Session.open(…, { create: 'yes' })",
    'create',
    /create must be true or false, not "yes"/,
    () => open({ create: 'yes' }),
  ],
  ["Session.open(…, { soleWriter: 'yes' })", 'soleWriter', /must be true or false/, () => open({ soleWriter: 'yes' })],
  [
    'importSession(…, { ID })',
    'ID',
    /Did you mean id\? The options are id, allowChanges, openCalls/,
    () => copy({ ID: 'a' }),
  ],
  [
    "importSession(…, { allowChanges: 'no' })",
    'allowChanges',
    /must be true or false, not "no"/,
    () => copy({ allowChanges: 'no' }),
  ],
  [
    "importSession(…, { openCalls: 'drop' })",
    'openCalls',
    /must be dismiss or keep, not "drop"/,
    () => copy({ openCalls: 'drop' }),
  ],
  [
    'pruneSession(…, { keep })',
    'keep',
    /Did you mean keepRuns\?/,
    () => call(functions, 'pruneSession', store, 's', { keep: 1 }),
  ],
  [
    'metadata of no text',
    'metadata.title',
    /metadata\.title must be a text, not 5/,
    () => make.session({ metadata: { title: 5 } }),
  ],
  [
    'metadata of no text, later',
    'metadata.ownerId',
    /must be a text/,
    () => call(session, 'updateMetadata', { ownerId: null }),
  ],
  ['ids that make none', 'ids', /ids must have next\(\): leave it out/, () => make.session({ ids: 5 })],
  ['a clock that is none', 'clock', /clock must have now\(\) and schedule\(\)/, () => make.session({ clock: {} })],
  ['a clock that is a function', 'clock', /clock must have/, () => make.session({ clock: Date.now })],
  [
    'bytes in place of lines',
    'lines',
    /lines must be a list of texts/,
    () => call(functions, 'importSession', store, new Uint8Array(3)),
  ],
  ['what has no lines', 'lines', /not this object/, () => call(functions, 'importSession', store, {})],
  [
    'an answer that is none',
    'answers[0]',
    /must be \{ callId, content \}/,
    () => call(session, 'answerToolCalls', [null]),
  ],
]

describe('an option that is misspelt, or stands in the wrong place', () => {
  it.each(misplaced)('is refused, and says what is meant: %s', async (_, field, message, calling) => {
    const called = async (): Promise<unknown> => calling()
    await expect(called()).rejects.toMatchObject({ name: 'SessionError', code: 'invalid_options', field })
    await expect(called()).rejects.toThrow(message)
  })
})

describe('a session that is not there', () => {
  it('is not exported, not even its first line', async () => {
    const reading = exportSession(store, 'other')[Symbol.asyncIterator]()
    await expect(reading.next()).rejects.toMatchObject({ code: 'no_such_session' })
  })

  it('is not pruned', async () => {
    await expect(pruneSession(store, 'other', { keepRuns: 1 })).rejects.toMatchObject({ code: 'no_such_session' })
    expect(await pruneSession(store, 's', { keepRuns: 1 })).toBe(0)
  })
})

describe('the lines of an export', () => {
  it('may begin with the mark of their encoding, as a file does', async () => {
    const [first, ...others] = lines
    expect(await importSession(store, [`\ufeff${first}`, ...others], { id: 'copy' })).toBe('copy')
  })

  it.each([
    ['numbers', [1, 2]],
    ['bytes', [new Uint8Array(2)]],
    ['nothing', [undefined]],
  ])('are texts: the line is named of %s', async (_, given) => {
    const importing = async (): Promise<unknown> => call(functions, 'importSession', store, given)
    await expect(importing()).rejects.toMatchObject({ name: 'SessionError', code: 'invalid_import' })
    await expect(importing()).rejects.toThrow(/line 1 cannot be imported: it must be a text/)
  })
})

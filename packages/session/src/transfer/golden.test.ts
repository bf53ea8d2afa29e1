import { readdirSync, readFileSync } from 'node:fs'
import type { EventType } from '@geppetto/events'
import { encodeTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { recordVersion, type SessionRecord } from '../records/session-record.ts'
import { Session } from '../session.ts'
import { goldenSessions, goldenWorld } from './golden-sessions.test-helper.ts'
import { importSession } from './import-session.ts'

const folder = new URL('../../golden/', import.meta.url)
const current = `v${recordVersion}`
const pathOf = (file: string) => new URL(file, folder).pathname

/** What is seen of a session that is opened from these lines. */
async function opened(lines: readonly string[]): Promise<string> {
  const { store, options } = goldenWorld()
  // As of an owner that is gone, whatever ran when it was exported.
  const id = await importSession(store, lines, { openCalls: 'keep' })
  const session = await Session.open(store, id, options)
  const places = Array.from({ length: session.turnCount }, (_, at) => at)
  const seen = {
    metadata: session.metadata,
    lastRun: session.lastRun,
    queue: session.queue,
    turns: places.map((at) => encodeTurn(session.getTurn(at)).turn),
    branches: session.transcript().turns.map(({ branches }) => branches),
  }
  return `${JSON.stringify(seen, null, 2)}\n`
}

const versions = readdirSync(folder).filter((name) => name.startsWith('v'))

describe.each(versions)('a session that was stored in version %s', (version) => {
  const files = readdirSync(new URL(`${version}/`, folder)).filter((name) => name.endsWith('.jsonl'))

  it.each(files)('is opened as it was, value-exact: %s', async (file) => {
    const lines = readFileSync(new URL(`${version}/${file}`, folder), 'utf8')
      .trimEnd()
      .split('\n')
    const expected = `${version}/${file.replace('.jsonl', '.opened.json')}`
    const seen = await opened(lines)
    // What earlier versions wrote is never written anew.
    if (version === current) await expect(seen).toMatchFileSnapshot(pathOf(expected))
    else expect(JSON.parse(seen)).toEqual(JSON.parse(readFileSync(pathOf(expected), 'utf8')))
  })
})

/**
 * Where this fails, the format has changed. Once a version is released, raise `recordVersion`, and read the older one too; until then, write
 * the files anew: `npm test -- golden -u`.
 */
describe('what is stored now', () => {
  it.each(Object.entries(goldenSessions))('is what the files of this version have: %s', async (name, write) => {
    const lines = await write()
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(pathOf(`${current}/${name}.jsonl`))
  })
})

describe('what the files of this version have among them', () => {
  const records: { readonly [type in SessionRecord['type']]: true } = {
    'call-started': true,
    completed: true,
    head: true,
    'prompt-edited': true,
    'prompt-ended': true,
    'prompt-queued': true,
    'run-settled': true,
    'run-started': true,
    session: true,
    snapshot: true,
    'step-reached': true,
    turn: true,
  }
  const events: { readonly [type in EventType]: true } = {
    citation: true,
    custom: true,
    'debugger-continued': true,
    'debugger-paused': true,
    gap: true,
    info: true,
    log: true,
    'provider-call-finished': true,
    'provider-call-retried': true,
    'provider-call-started': true,
    'provider-call-updated': true,
    'reasoning-delta': true,
    'reasoning-finished': true,
    'reasoning-started': true,
    'run-cancelled': true,
    'run-failed': true,
    'run-finished': true,
    'run-rolled-back': true,
    'run-started': true,
    'run-waiting': true,
    'server-tool-finished': true,
    'server-tool-progress': true,
    'server-tool-started': true,
    'step-committed': true,
    'text-delta': true,
    'text-finished': true,
    'text-started': true,
    'tool-call-delta': true,
    'tool-call-finished': true,
    'tool-call-started': true,
    'tool-execution-finished': true,
    'tool-execution-progress': true,
    'tool-execution-started': true,
  }
  const facts = ['"native":', '"outcome":"unknown"', '"geppetto.dismissed":true', '"removed":[', '"kind":"reasoning"']
  const linesOfAll = () =>
    readdirSync(new URL(`${current}/`, folder))
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) =>
        readFileSync(pathOf(`${current}/${name}`), 'utf8')
          .trimEnd()
          .split('\n'),
      )
  const typesOf = (what: 'record' | 'event') =>
    new Set(
      linesOfAll()
        .map((line) => JSON.parse(line))
        .map((line) => line[what]?.type),
    )

  it('is every type of a record and of an event', () => {
    expect([...typesOf('record')]).toEqual(expect.arrayContaining(Object.keys(records)))
    expect([...typesOf('event')]).toEqual(expect.arrayContaining(Object.keys(events)))
  })

  it.each(facts)('is %s', (fact) => {
    expect(linesOfAll().some((line) => line.includes(fact))).toBe(true)
  })
})

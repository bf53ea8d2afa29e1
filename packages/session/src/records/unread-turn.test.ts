import { appendBlocks, assistantBlock, encodeBlock, type Turn, toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const builder = {
  build: () => ({ runInference: async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('I see.')) }),
}

/** A store with a session of two turns that gives its records as lines, each as `change` leaves it. */
async function setUp(change: (line: string, record: number) => string = (line) => line, linesPerPage = 3) {
  const inner = createMemoryStore()
  const session = new Session({ builder, store: inner, id: 's' })
  for (const prompt of ['One', 'Two']) await session.run(prompt)
  const lines = (await collect(inner.read('s'))).map((record, index) => change(JSON.stringify(record), index))
  const store: SessionStore = {
    ...inner,
    async *readLines() {
      for (let at = 0; at < lines.length; at += linesPerPage) yield lines.slice(at, at + linesPerPage).join('\n')
    },
  }
  return { session, store, lines, open: () => Session.open(store, 's', { builder }) }
}

const isTurn = (line: string) => line.startsWith('{"type":"turn"')

/** The text with an answer that is none. */
const spoil = (line: string) => line.replace('"text":"I see."', '"text":7')

describe('a session whose store gives lines', () => {
  it('is the session that it is without, however they come', async () => {
    for (const linesPerPage of [1, 2, 100]) {
      const { session, open } = await setUp(undefined, linesPerPage)
      const opened = await open()
      expect([opened.turnCount, opened.lastRun]).toEqual([2, session.lastRun])
      expect([opened.getTurn(0), opened.latest]).toEqual([session.getTurn(0), session.latest])
      expect(opened.transcript()).toEqual(session.transcript())
    }
  })

  it('goes on where it was, and is then written to', async () => {
    const { open, store } = await setUp()
    const opened = await open()
    await opened.run('Three')
    const records = await collect(store.read('s'))
    expect(records.filter(({ type }) => type === 'turn')).toHaveLength(6)
    expect(opened.latest?.blocks).toHaveLength(6)
  })

  it('opens with a damaged turn, which is told of with its record when somebody asks for it', async () => {
    const { open, lines } = await setUp((line, record) => (record === 3 ? spoil(line) : line))
    expect(lines[3]).toMatch(/"text":7/)
    const opened = await open()
    const damaged = expect.objectContaining({ code: 'invalid_stored_session', record: 3 })
    expect(opened.turnCount).toBe(2)
    for (const ask of [() => opened.latest, () => opened.getTurn(0), () => opened.appendNewTurnFromUserPrompt('Three')])
      for (const _ of [1, 2]) expect(ask).toThrow(damaged)
    await expect(opened.run('Three')).rejects.toMatchObject({ code: 'invalid_stored_session', record: 3 })
  })

  it('tells of a turn that does not fit the one before it when somebody asks for it', async () => {
    const { open, lines } = await setUp((line) => line.replace('"parts":[[0,2]', '"parts":[[0,9]'))
    const opened = await open()
    const record = lines.findIndex((line) => line.includes('[0,9]'))
    const misfit = expect.objectContaining({ code: 'invalid_stored_session', record, field: 'turn.parts[0]' })
    expect(() => opened.latest).toThrow(misfit)
    expect(opened.getTurn(0).blocks).toHaveLength(2)
  })

  it('tells that its latest turn is not valid before anything is done with it', async () => {
    const call = toolCallBlock({ callId: 'c', name: 'pay', input: { state: 'parsed', value: {} } }, { id: 'call' })
    const { open, session } = await setUp((line) =>
      line.replace(/^(.*"parts":\[\[0,3\])/, `$1,${JSON.stringify(encodeBlock(call))}`),
    )
    const opened = await open()
    await expect(opened.run('Three')).rejects.toThrow(/call c of pay has no result.*repairTurn/)
    const asks = [
      () => opened.latest,
      () => opened.getTurn(1),
      () => opened.findTurn(session.getTurn(1).id),
      () => opened.transcript(),
      () => opened.fork(),
    ]
    for (const ask of asks) for (const _ of [1, 2]) expect(ask).toThrow(/call c of pay has no result/)
    expect(opened.fork({ at: 0 }).latest).toEqual(session.getTurn(0))
  })

  it('can be forked before its latest turn where that is damaged, and says which branches it has', async () => {
    const { open, store, session, lines } = await setUp((line, record) => (record === 7 ? spoil(line) : line))
    expect(lines[7]).toMatch(/"text":7/)
    const opened = await open()
    expect(() => opened.fork()).toThrow(expect.objectContaining({ record: 7 }))
    const fork = opened.fork({ at: 0, id: 'f' })
    await fork.save()
    expect((await Session.open(store, 'f', { builder })).turnCount).toBe(2)
    expect(opened.branches()).toMatchObject([
      {
        tipId: session.latest?.id,
        turnCount: 2,
        prompt: '',
        createdAt: 0,
        damage: expect.stringContaining('record 7'),
      },
    ])
    opened.checkout(session.getTurn(0).id)
    opened.appendNewTurnFromUserPrompt('Else')
    expect(opened.branches().map(({ prompt, damage }) => [prompt, damage !== undefined])).toEqual([
      ['', true],
      ['Else', false],
    ])
  })

  it('is told of where a turn says twice which it is, or what it follows', async () => {
    for (const [field, twice] of [
      ['id', '"id":"other"'],
      ['after', '"after":null'],
    ]) {
      const { open } = await setUp((line, record) =>
        record === 5 ? line.replace('"parts":', `${twice},"parts":`) : line,
      )
      const opened = await open()
      expect(() => opened.latest).toThrow(
        expect.objectContaining({ code: 'invalid_stored_session', record: 5, field: `turn.${field}` }),
      )
    }
  })

  it('is refused where a turn follows none that is there, as any other', async () => {
    const { open } = await setUp((line) => line.replace(/"after":"[^"]*"/, '"after":"nobody"'))
    await expect(open()).rejects.toMatchObject({ code: 'invalid_stored_session', field: 'turn.after' })
  })

  it('reads at once what is written otherwise than a session writes it', async () => {
    const spaced = await setUp((line) =>
      isTurn(line) ? JSON.stringify(JSON.parse(line), null, ' ').replaceAll('\n', '') : line,
    )
    const opened = await spaced.open()
    expect(opened.latest).toEqual(spaced.session.latest)
    const broken = await setUp((line, record) => (record === 3 ? ` ${spoil(line)}` : line))
    await expect(broken.open()).rejects.toMatchObject({ code: 'invalid_stored_session', record: 3 })
  })

  it('is refused where a line is no record', async () => {
    const { open } = await setUp((line, record) => (record === 2 ? '{' : line))
    await expect(open()).rejects.toMatchObject({ code: 'invalid_stored_session', record: 2, field: 'record' })
  })
})

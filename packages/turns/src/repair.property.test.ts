import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anything, conversation, damage, play } from './conversation.test-helper.ts'
import { diagnoseTurn, encodeTurn, isSameJson, parseTurn, repairTurn, stringifyTurn, validateTurn } from './index.ts'

/** Blocks of few ids, so that they get into each other's way, in any order, and things that are no blocks. */
const id = fc.constantFrom('1', '2', '3')
const facts = { id, createdAt: fc.constant(1), metadata: fc.constant({}) }
const block = fc.oneof(
  fc.record({ ...facts, kind: fc.constantFrom('system', 'assistant', 'reasoning'), text: fc.constantFrom('', 'said') }),
  fc.record({ ...facts, kind: fc.constant('user'), content: fc.constantFrom([], [{ type: 'text', text: 'asked' }]) }),
  fc.record({
    ...facts,
    kind: fc.constant('tool-call'),
    callId: id,
    name: fc.constant('f'),
    input: fc.constantFrom({ state: 'parsed', value: 1 }, { state: 'incomplete', raw: '' }),
  }),
  fc.record({
    ...facts,
    kind: fc.constant('tool-result'),
    callId: id,
    name: fc.constant('f'),
    outcome: fc.constantFrom('ok', 'pending'),
    content: fc.constant([]),
  }),
  fc.record({ id, kind: fc.constant('hologram') }, { requiredKeys: ['kind'] }),
  fc.record({
    ...facts,
    kind: fc.constant('unknown'),
    stored: fc.record({ id: fc.constantFrom('', '1', '2'), kind: fc.constantFrom('hologram', 'user', '') }),
  }),
)
const jumble = fc.array(fc.oneof({ weight: 9, arbitrary: block }, { weight: 1, arbitrary: fc.anything() }), {
  maxLength: 14,
})

function check(value: unknown): void {
  const { turn, changes } = repairTurn(value)
  expect(validateTurn(turn)).toEqual([])
  expect(diagnoseTurn(turn)).toEqual([])
  expect(repairTurn(turn)).toEqual({ turn, changes: [] })
  const reread = parseTurn(stringifyTurn(turn))
  expect(isSameJson(encodeTurn(reread), encodeTurn(turn))).toBe(true)
  expect(reread.blocks.map(({ id }) => id)).toEqual(turn.blocks.map(({ id }) => id))
  // Every block that was given is still there, or was told of.
  expect(changes.length === 0).toBe(diagnoseTurn(value).length === 0)
}

/** What of a list is still there, in any order, as each was given; and what the report holds. */
function account(items: readonly unknown[]): void {
  const { turn, changes } = repairTurn(items)
  const told = changes.flatMap(({ action, before, blockId }) =>
    action === 'dropped' || action === 'changed' ? [{ before, blockId }] : [],
  )
  for (const item of items) {
    const isKept = turn.blocks.some((kept) => isSameJson(kept, item))
    if (!isKept) expect(told.some(({ before }) => isSameJson(before, item) || before === item)).toBe(true)
  }
}

/** A sound conversation in which each text is there once. */
const tale = {
  id: 't',
  createdAt: 1,
  metadata: {},
  data: {},
  blocks: [
    { kind: 'system', id: 'b0', createdAt: 1, metadata: {}, text: 'said-0' },
    {
      kind: 'user',
      id: 'b1',
      createdAt: 1,
      metadata: {},
      content: [
        { type: 'text', text: 'said-1' },
        { type: 'image', source: { type: 'base64', data: 'said+2' } },
        { type: 'text', text: 'said-3' },
      ],
    },
    { kind: 'reasoning', id: 'b2', createdAt: 1, metadata: {}, text: 'said-4' },
    {
      kind: 'tool-call',
      id: 'b3',
      createdAt: 1,
      metadata: {},
      callId: 'c',
      name: 'f',
      input: { state: 'parsed', value: { a: 'said-5' } },
    },
    {
      kind: 'tool-result',
      id: 'b4',
      createdAt: 1,
      metadata: {},
      callId: 'c',
      name: 'f',
      outcome: 'ok',
      content: [{ type: 'text', text: 'said-6' }],
    },
    { kind: 'assistant', id: 'b5', createdAt: 1, metadata: {}, text: 'said-7' },
    { kind: 'user', id: 'b6', createdAt: 1, metadata: {}, content: [{ type: 'text', text: 'said-8' }] },
  ],
}

/** What may happen to something in a history: it is replaced, lost, wrapped, or made the only thing that was in it. */
function mutilate(value: unknown, where: number, depth: number, how: string): void {
  if (typeof value !== 'object' || value === null) return
  const names = Object.keys(value)
  const name = names[where % names.length]
  if (name === undefined) return
  const inner: unknown = Reflect.get(value, name)
  const set = (other: unknown) => Reflect.set(value, name, other)
  if (depth > 0 && typeof inner === 'object' && inner !== null) mutilate(inner, where + 1, depth - 1, how)
  else if (how === 'lose') Reflect.deleteProperty(value, name)
  else if (how === 'wrap') set([inner])
  else if (how === 'unwrap') set(typeof inner === 'object' && inner !== null ? Object.values(inner)[0] : inner)
  else if (how === 'double' && Array.isArray(value)) value.push(inner)
  else set({ null: null, text: 'spoilt', number: 7, list: [], date: new Date(0), symbol: Symbol('x') }[how])
}

const how = fc.constantFrom(...['lose', 'wrap', 'unwrap', 'double', 'null', 'text', 'number', 'list', 'date', 'symbol'])

/** All the texts in it, wherever they stand. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

describe('whatever it is given, repairTurn', () => {
  it('loses no character of a conversation that was mutilated: what is not in the turn is in the report', () => {
    const place = fc.record({ where: fc.nat(30), depth: fc.nat(6), how })
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), (places) => {
        const given = structuredClone(tale)
        for (const { where, depth, how } of places) mutilate(given, where, depth, how)
        check(given)
        const { turn, changes } = repairTurn(given)
        const kept = new Set([...textsIn(turn), ...changes.flatMap(({ before }) => textsIn(before))])
        const lost = textsIn(given).filter((text) => text.startsWith('said') && !kept.has(text))
        expect(lost).toEqual([])
        for (const { action, message } of changes) if (action === 'dropped') expect(message).not.toBe('')
      }),
      { numRuns: 400 },
    )
  })

  it('makes a valid turn of a jumble of blocks, and reports every change', () => {
    fc.assert(fc.property(jumble, (blocks) => check({ id: 't', createdAt: 1, metadata: {}, data: {}, blocks })))
  })

  it('loses nothing of the blocks: what is not in the turn is in the report', () => {
    fc.assert(fc.property(fc.array(block, { maxLength: 14 }), account))
  })

  it('makes a valid turn of garbage', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), check),
    )
    fc.assert(fc.property(fc.record({ blocks: fc.anything(), metadata: fc.anything(), id: fc.anything() }), check), {
      numRuns: 50,
    })
  })

  it('makes a valid turn of a damaged conversation', () => {
    const place = fc.record({ where: fc.nat(30), depth: fc.nat(5), by: anything })
    fc.assert(
      fc.property(conversation, fc.array(place, { minLength: 1, maxLength: 3 }), (story, places) => {
        const turn: unknown = JSON.parse(JSON.stringify(play(story, () => {})))
        for (const { where, depth, by } of places) damage(turn, where, depth, by)
        check(turn)
      }),
      { numRuns: 60 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, JsonObject, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeBlock,
  decodeTurn,
  defineKey,
  encodeTurn,
  isSameJson,
  isTurnError,
  parseTurn,
  providerBlock,
  reasoningBlock,
  rebaseView,
  replaceBlock,
  sealTurn,
  stringifyTurn,
  toolResultBlock,
  userBlock,
  validateTurn,
  withBlocks,
  withData,
  withMetadata,
  withoutData,
  withView,
} from './index.ts'

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point.
  return value as T
}

/** A value that is not what it seems, and what its maker may still do to it. */
interface Trap {
  readonly value: unknown
  readonly spring: () => void
}

/** How a part may be passed, from plain to hostile. */
const wrappings: Readonly<Record<string, (part: unknown) => Trap>> = {
  plain: (part) => ({ value: part, spring: () => {} }),
  'changed later': (part) => {
    const list: unknown[] = [part]
    return { value: { list }, spring: () => list.push(new Date(0), () => 1) }
  },
  'frozen on its surface': (part) => {
    const inner: { part: unknown } = { part }
    return { value: Object.freeze({ inner }), spring: () => void Object.assign(inner, { part: 42n }) }
  },
  'a getter': (part) => {
    const now = { part }
    return {
      value: {
        get part() {
          return now.part
        },
      },
      spring: () => void Object.assign(now, { part: Symbol('later') }),
    }
  },
  'a getter that throws': () => ({
    value: {
      get part() {
        throw new RangeError('no')
      },
    },
    spring: () => {},
  }),
  'a hidden field': (part) => ({ value: Object.defineProperty({}, 'part', { value: part }), spring: () => {} }),
  'an instance': (part) => ({ value: new Map([['part', part]]), spring: () => {} }),
  bytes: () => ({ value: Object.freeze([new Uint8Array(2)]), spring: () => {} }),
  'a proxy that is revoked': (part) => {
    const { proxy, revoke } = Proxy.revocable(Object.freeze({ part }), {})
    return { value: proxy, spring: revoke }
  },
  'a proxy that is gone': (part) => {
    const { proxy, revoke } = Proxy.revocable([part], {})
    revoke()
    return { value: proxy, spring: () => {} }
  },
  'a proxy that says something else': (part) => {
    const target = { part }
    const state = { isSprung: false }
    const get = (_: object, name: string | symbol) => (state.isSprung ? () => name : Reflect.get(target, name))
    return { value: new Proxy(target, { get }), spring: () => void Object.assign(state, { isSprung: true }) }
  },
  'a list with another iterator': (part) => {
    const list = Object.assign([part], {
      *[Symbol.iterator]() {
        yield 1n
      },
    })
    return { value: list, spring: () => void list.push(1n) }
  },
  'in a circle': () => {
    const circle: unknown[] = []
    circle.push({ circle })
    return { value: circle, spring: () => {} }
  },
}

const trap: fc.Arbitrary<Trap> = fc
  .tuple(fc.jsonValue(), fc.array(fc.constantFrom(...Object.keys(wrappings)), { minLength: 1, maxLength: 3 }))
  .map(([part, names]) =>
    names.reduce<Trap>(
      ({ value, spring }, name) => {
        const outer = wrappings[name]?.(value) ?? { value, spring }
        return {
          value: outer.value,
          spring: () => {
            spring()
            outer.spring()
          },
        }
      },
      { value: part, spring: () => {} },
    ),
  )

const anyKey = defineKey<unknown>('acme.any', {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
})
const user = userBlock('hi', { id: 'u', createdAt: 1 })
const known = createTurn({ id: 't', createdAt: 1, blocks: [user], data: { d: { e: 1 } } })
const facts = { id: 'x', createdAt: 1 }

/** Each way by which a value gets into a turn, at every place where it may stand. */
const doors: Readonly<Record<string, (value: unknown) => Turn>> = {
  'createTurn as a whole': (value) => createTurn(untyped(value)),
  'createTurn data': (value) => createTurn({ data: untyped(value) }),
  'createTurn metadata': (value) => createTurn({ metadata: Object.freeze({ m: untyped<string>(value) }) }),
  'createTurn blocks': (value) => createTurn({ blocks: untyped(value) }),
  'createTurn id': (value) => createTurn({ id: untyped(value), blocks: [user] }),
  'a block’s metadata': (value) => appendBlocks(known, assistantBlock('a', { metadata: untyped(value) })),
  'a block’s content': (value) => appendBlocks(known, userBlock(untyped(value))),
  'a block’s text': (value) => appendBlocks(known, reasoningBlock(untyped(value))),
  'a block’s native': (value) =>
    appendBlocks(
      known,
      providerBlock('p', { native: { api: 'a', host: 'h', model: 'm', group: 'g', payload: untyped(value) } }),
    ),
  'a provider’s input': (value) => appendBlocks(known, providerBlock('p', { input: untyped(value) })),
  appendBlocks: (value) => appendBlocks(known, untyped<Block>(value)),
  'appendBlocks by hand': (value) =>
    appendBlocks(
      known,
      Object.freeze({ ...facts, kind: 'assistant', text: 'a', metadata: untyped<JsonObject>({ value }) }),
    ),
  'appendBlocks to another’s turn': (value) =>
    appendBlocks({ ...known, data: untyped({ value }) }, assistantBlock('a')),
  'appendBlocks of nothing': (value) => appendBlocks({ ...known, metadata: untyped({ value }) }),
  withBlocks: (value) => withBlocks(known, untyped(value)),
  'withBlocks by hand': (value) =>
    withBlocks(known, [user, { ...facts, kind: 'user', content: untyped(value), metadata: {} }]),
  'withBlocks of another’s turn': (value) => withBlocks(untyped(value), [user]),
  replaceBlock: (value) => replaceBlock(known, { ...user, metadata: untyped(value) }),
  withData: (value) => withData(known, anyKey, value),
  'withData of another’s turn': (value) => withData({ ...known, data: untyped(value) }, anyKey, 1),
  withoutData: (value) => withoutData({ ...known, data: untyped({ value, 'acme.any': 1 }) }, anyKey),
  withMetadata: (value) => withMetadata(known, anyKey, value),
  'withMetadata into another’s': (value) => withMetadata({ ...known, metadata: untyped({ value }) }, anyKey, 1),
  sealTurn: (value) => sealTurn({ ...known, data: untyped({ value }) }),
  'sealTurn of blocks': (value) => sealTurn({ ...known, blocks: untyped([user, value]) }),
  'sealed results': (value) =>
    sealTurn({
      ...known,
      blocks: [{ ...facts, kind: 'tool-call', callId: 'c', name: 'n', input: untyped(value), metadata: {} }],
    }),
  withView: (value) => withView(known, [untyped(value)]),
  'withView of another’s turn': (value) => withView({ ...known, metadata: untyped({ value }) }, []),
  rebaseView: (value) => rebaseView(withView(known, []), { ...known, metadata: untyped({ value }) }),
  'rebaseView of blocks': (value) => rebaseView(withView(known, []), { ...known, blocks: untyped([value]) }),
  decodeTurn: (value) => decodeTurn(value),
  'decodeTurn data': (value) =>
    decodeTurn({ format: 'geppetto.turn', v: 1, turn: { id: 't', createdAt: 1, blocks: [], data: { value } } }),
  'decodeTurn blocks': (value) =>
    decodeTurn({
      format: 'geppetto.turn',
      v: 1,
      turn: { id: 't', createdAt: 1, blocks: [{ id: 'x', kind: 'y', value }] },
    }),
  decodeBlock: (value) => appendBlocks(known, decodeBlock({ ...user, id: 'x', extra: value }, 'block')),
  'a tool’s result': (value) =>
    appendBlocks(known, toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: untyped(value) })),
}

/** Whether nobody can change it any more, from the turn down to the last field. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const fields = Object.values(Object.getOwnPropertyDescriptors(value))
  return Object.isFrozen(value) && fields.every((field) => 'value' in field && isFrozen(field.value))
}

describe('whatever is passed, and whatever its maker does to it later,', () => {
  it.each(Object.keys(doors))(
    '%s refuses it with a TurnError, or makes a turn that stays and can be stored',
    (name) => {
      fc.assert(
        fc.property(trap, ({ value, spring }) => {
          let turn: Turn | undefined
          try {
            turn = doors[name]?.(value)
          } catch (error) {
            expect(isTurnError(error) ? '' : error).toBe('')
            return
          }
          if (turn === undefined) throw new Error(`there is no ${name}`)
          const text = stringifyTurn(turn)
          spring()
          expect(isFrozen(turn)).toBe(true)
          expect(stringifyTurn(turn)).toBe(text)
          expect(isSameJson(encodeTurn(parseTurn(text)), encodeTurn(turn))).toBe(true)
          expect(validateTurn(parseTurn(text))).toEqual(validateTurn(turn))
          // What was made from it is no worse.
          expect(stringifyTurn(appendBlocks(turn, user))).toContain('"hi"')
        }),
        { numRuns: 100 },
      )
    },
  )

  it.each(Object.keys(wrappings))('validateTurn never throws: %s', (name) => {
    const wrap = wrappings[name] ?? wrappings.plain
    for (const part of [known, user, [user], 'text', { id: 't' }]) {
      const { value, spring } = wrap?.(part) ?? { value: part, spring: () => {} }
      const places: unknown[] = [
        value,
        { ...known, blocks: value },
        { ...known, blocks: [value] },
        { ...known, blocks: [{ ...user, metadata: value }] },
        { ...known, data: value },
        { ...known, id: value },
      ]
      for (const round of [0, 1]) {
        for (const turn of places) expect(Array.isArray(validateTurn(untyped(turn)))).toBe(true)
        if (round === 0) spring()
      }
    }
  })
})

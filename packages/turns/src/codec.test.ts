import { describe, expect, it } from 'vitest'
import type { Block, JsonObject } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeBlock,
  decodeTurn,
  encodeBlock,
  encodeTurn,
  isTurnError,
  parseTurn,
  providerBlock,
  reasoningBlock,
  stringifyTurn,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
} from './index.ts'

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: the codec must notice.
  return value as T
}

const native = {
  api: 'anthropic-messages',
  host: 'h',
  model: 'm',
  group: 'g',
  payload: { signature: 'Ab+/=', n: [1, null] },
}
const turn = createTurn({
  id: 't',
  parentId: 'p',
  createdAt: 1,
  metadata: { m: { a: [1] } },
  data: { d: null },
  blocks: [
    systemBlock('be kind', { createdAt: 1, author: 'ops' }),
    userBlock(
      [
        textPart('look: 🎈'),
        { type: 'image', source: { type: 'base64', data: 'AAAA' }, mediaType: 'image/png', detail: 'low' },
        { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' }, name: 'a.pdf' },
        { type: 'audio', source: { type: 'provider-file', api: 'openai-chat', fileId: 'f' } },
      ],
      { createdAt: 1 },
    ),
    reasoningBlock('', { createdAt: 1, form: 'redacted', native }),
    assistantBlock('hm', { createdAt: 1, runId: 'r', complete: false, citations: [{ url: 'u', start: 0, end: 2 }] }),
    toolCallBlock({ callId: 'c', name: 'n', input: { state: 'parsed', value: { a: [{}] } } }, { createdAt: 1 }),
    toolResultBlock({ callId: 'c', name: 'n', outcome: 'timed-out', content: 'late' }, { createdAt: 1 }),
    providerBlock('web_search_call', { createdAt: 1, name: 'search', input: { q: 'x' }, output: [] }),
  ],
})

describe('a turn', () => {
  it('comes back from text as it was', () => {
    const back = parseTurn(stringifyTurn(turn))
    expect(back).toEqual(turn)
    expect(stringifyTurn(back)).toBe(stringifyTurn(turn))
    expect(validateTurn(back)).toEqual([])
  })

  it('is stored in an envelope that says what it is', () => {
    expect(encodeTurn(turn)).toMatchObject({ format: 'geppetto.turn', v: 1, turn: { id: 't' } })
  })

  it('that is not sealed yet, with calls and text cut off, can be stored', () => {
    const open = appendBlocks(
      turn,
      toolCallBlock({ callId: 'open', name: 'n', input: { state: 'incomplete', raw: '{"a' } }, { complete: false }),
    )
    expect(parseTurn(stringifyTurn(open))).toEqual(open)
  })

  it('comes back frozen all the way down', () => {
    const back = parseTurn(stringifyTurn(turn))
    const isDeepFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen))
    expect(isDeepFrozen(back)).toBe(true)
  })

  it('without metadata and data is an old or foreign one, and opens', () => {
    const back = decodeTurn({
      format: 'geppetto.turn',
      v: 1,
      turn: { id: 't', createdAt: 1, blocks: [{ kind: 'system', id: 's', createdAt: 1, text: 'x' }] },
    })
    expect(back).toMatchObject({ metadata: {}, data: {}, blocks: [{ metadata: {} }] })
    expect(validateTurn(back)).toEqual([])
  })

  it('that could not be read back is not stored, and the field is named', () => {
    const damaged = { ...turn, blocks: [...turn.blocks, untyped<Block>({ ...turn.blocks[1], id: 'x', content: [] })] }
    expect(() => encodeTurn(damaged)).toThrow(
      expect.objectContaining({
        code: 'invalid_turn',
        field: 'blocks[7].content',
        message: expect.stringMatching(/^turn t cannot be stored: blocks\[7\]\.content/),
      }),
    )
    expect(() => encodeTurn({ ...turn, data: { when: untyped(new Date(0)) } })).toThrow(
      expect.objectContaining({ code: 'invalid_turn', field: 'data.when' }),
    )
  })
})

describe('what this version does not know', () => {
  const future = {
    format: 'geppetto.turn',
    v: 1,
    turn: {
      id: 't',
      createdAt: 1,
      mood: { good: [true] },
      metadata: { later: 1 },
      data: { later: { a: [null] } },
      blocks: [
        {
          kind: 'user',
          id: 'u',
          createdAt: 1,
          metadata: { later: 1 },
          priority: 7,
          content: [
            { type: 'text', text: 'hi', language: 'en' },
            { type: 'image', source: { type: 'url', url: 'https://example.com', etag: 'e' }, alt: 'a' },
          ],
        },
        {
          kind: 'tool-call',
          id: 'c',
          createdAt: 1,
          metadata: {},
          callId: 'c',
          name: 'n',
          input: { state: 'parsed', value: {}, checked: true },
          native: { ...native, revision: 2 },
        },
        { kind: 'hologram', id: 'h', createdAt: 3, metadata: { x: 1 }, scene: { of: ['light'] } },
        { kind: 'gesture', id: 'g' },
        { kind: 'toString', id: 'o' },
      ],
    },
  }

  it('survives a round trip at every level of a turn', () => {
    const before = structuredClone(future)
    expect(JSON.parse(stringifyTurn(decodeTurn(structuredClone(future))))).toEqual(before)
    expect(JSON.parse(stringifyTurn(parseTurn(JSON.stringify(future))))).toEqual(before)
  })

  it('survives an append', () => {
    const longer = appendBlocks(decodeTurn(structuredClone(future)), assistantBlock('hello', { id: 'a', createdAt: 1 }))
    const stored = JSON.parse(stringifyTurn(longer))
    expect(stored.turn.mood).toEqual({ good: [true] })
    expect(stored.turn.blocks.slice(0, -1)).toEqual(future.turn.blocks)
  })

  it('is a block of its own kind when the whole block is unknown', () => {
    const [, , hologram, gesture] = decodeTurn(structuredClone(future)).blocks
    expect(hologram).toEqual({ kind: 'unknown', id: 'h', createdAt: 3, metadata: {}, stored: future.turn.blocks[2] })
    expect(gesture).toMatchObject({ kind: 'unknown', createdAt: 0 })
    expect(hologram && encodeBlock(hologram)).toEqual(future.turn.blocks[2])
  })

  it('takes no unknown block that could not be read again', () => {
    const block = { kind: 'unknown' as const, id: 'u', createdAt: 0, metadata: {} }
    expect(() => createTurn({ blocks: [{ ...block, stored: { kind: 'hologram' } }] })).toThrow('stored.id')
    expect(() => createTurn({ blocks: [{ ...block, stored: { id: 'u' } }] })).toThrow('stored.kind')
    expect(() => createTurn({ blocks: [{ ...block, stored: { id: 'u', kind: 'user' } }] })).toThrow('stored.kind')
    expect(() => createTurn({ blocks: [{ ...block, stored: { id: 'other', kind: 'hologram' } }] })).toThrow('stored.id')
  })

  it('also as a field named __proto__', () => {
    const text =
      '{"format":"geppetto.turn","v":1,"turn":{"id":"t","createdAt":1,"__proto__":{"a":1},"blocks":[],"metadata":{"__proto__":2},"data":{}}}'
    expect(JSON.parse(stringifyTurn(parseTurn(text)))).toEqual(JSON.parse(text))
  })
})

describe('a stored turn that cannot be read', () => {
  it('of a newer version is refused with both versions and what to do', () => {
    expect(() => decodeTurn({ ...encodeTurn(turn), v: 2 })).toThrow(
      expect.objectContaining({
        name: 'TurnError',
        code: 'unsupported_version',
        field: 'v',
        message:
          'the turn is stored in version 2 of the format, and this package reads up to 1: upgrade @geppetto/turns',
      }),
    )
  })

  it('as it is no JSON keeps what the parser said', () => {
    expect(() => parseTurn('{"format":')).toThrow(
      expect.objectContaining({ code: 'invalid_stored_turn', field: 'text', cause: expect.any(SyntaxError) }),
    )
  })

  const block = (changes: object): JsonObject => ({
    kind: 'assistant',
    id: 'a',
    createdAt: 1,
    metadata: {},
    text: 'x',
    ...changes,
  })
  const call = (changes: object): JsonObject =>
    block({ kind: 'tool-call', callId: 'c', name: 'n', input: { state: 'parsed', value: {} }, ...changes })
  const answer = (changes: object): JsonObject =>
    block({ kind: 'tool-result', callId: 'c', name: 'n', outcome: 'ok', content: [], ...changes })
  const user = (...content: unknown[]): JsonObject => block({ kind: 'user', content })
  const envelope = (changes: object): unknown => ({
    format: 'geppetto.turn',
    v: 1,
    turn: { id: 't', createdAt: 1, blocks: [], metadata: {}, data: {}, ...changes },
  })
  const withBlock = (damaged: unknown): unknown => envelope({ blocks: [block({}), damaged] })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'envelope'],
    ['null', null, 'envelope'],
    ['a text', 'turn', 'envelope'],
    ['a list', [], 'envelope'],
    ['a bare turn', { id: 't', blocks: [] }, 'format'],
    ['another format', { format: 'geppetto.event', v: 1, turn: {} }, 'format'],
    ['no version', { format: 'geppetto.turn', turn: {} }, 'v'],
    ['a version that is a text', { format: 'geppetto.turn', v: '1', turn: {} }, 'v'],
    ['version 0', { format: 'geppetto.turn', v: 0, turn: {} }, 'v'],
    ['no turn', { format: 'geppetto.turn', v: 1 }, 'turn'],
    ['a turn without id', envelope({ id: undefined }), 'turn.id'],
    ['an empty parentId', envelope({ parentId: '' }), 'turn.parentId'],
    ['a time that is a text', envelope({ createdAt: '2024-01-01' }), 'turn.createdAt'],
    ['a time without end', envelope({ createdAt: Number.POSITIVE_INFINITY }), 'turn.createdAt'],
    ['metadata that is a list', envelope({ metadata: [] }), 'turn.metadata'],
    ['data that is null', envelope({ data: null }), 'turn.data'],
    ['data that is not JSON', envelope({ data: { at: [new Date(0)] } }), 'turn.data.at[0]'],
    ['no blocks', envelope({ blocks: undefined }), 'turn.blocks'],
    ['blocks that are an object', envelope({ blocks: { 0: block({}) } }), 'turn.blocks'],
    ['a block that is null', withBlock(null), 'turn.blocks[1]'],
    ['a block without id', withBlock(block({ id: undefined })), 'turn.blocks[1].id'],
    ['a block without kind', withBlock(block({ kind: undefined })), 'turn.blocks[1].kind'],
    ['a block without time', withBlock(block({ createdAt: null })), 'turn.blocks[1].createdAt'],
    ['an unknown block that is not JSON', withBlock({ kind: 'odd', id: 'x', f: () => 1 }), 'turn.blocks[1].f'],
    ['block metadata that is a text', withBlock(block({ metadata: 'x' })), 'turn.blocks[1].metadata'],
    ['complete: true', withBlock(block({ complete: true })), 'turn.blocks[1].complete'],
    ['a run id that is a number', withBlock(block({ runId: 5 })), 'turn.blocks[1].runId'],
    ['a text that is missing', withBlock(block({ text: undefined })), 'turn.blocks[1].text'],
    [
      'a native part without group',
      withBlock(block({ native: { ...native, group: undefined } })),
      'turn.blocks[1].native.group',
    ],
    ['a native part that is a text', withBlock(block({ native: 'x' })), 'turn.blocks[1].native'],
    ['citations that are no list', withBlock(block({ citations: {} })), 'turn.blocks[1].citations'],
    [
      'a citation that starts nowhere',
      withBlock(block({ citations: [{}, { start: 'x' }] })),
      'turn.blocks[1].citations[1].start',
    ],
    ['a user without parts', withBlock(user()), 'turn.blocks[1].content'],
    ['a part without type', withBlock(user({ text: 'x' })), 'turn.blocks[1].content[0].type'],
    ['a part of no known type', withBlock(user({ type: 'smell' })), 'turn.blocks[1].content[0].type'],
    [
      'a text part without text',
      withBlock(user({ type: 'text', text: 'x' }, { type: 'text' })),
      'turn.blocks[1].content[1].text',
    ],
    ['media from nowhere', withBlock(user({ type: 'image' })), 'turn.blocks[1].content[0].source'],
    [
      'media without its file',
      withBlock(user({ type: 'file', source: { type: 'provider-file', api: 'a' } })),
      'turn.blocks[1].content[0].source.fileId',
    ],
    ['a call without its id', withBlock(call({ callId: '' })), 'turn.blocks[1].callId'],
    ['a call without a name', withBlock(call({ name: undefined })), 'turn.blocks[1].name'],
    ['a call without input', withBlock(call({ input: undefined })), 'turn.blocks[1].input'],
    ['an input of no known state', withBlock(call({ input: { state: 'done' } })), 'turn.blocks[1].input.state'],
    ['a parsed input without a value', withBlock(call({ input: { state: 'parsed' } })), 'turn.blocks[1].input.value'],
    [
      'a malformed input without its text',
      withBlock(call({ input: { state: 'malformed' } })),
      'turn.blocks[1].input.raw',
    ],
    ['a result without an outcome', withBlock(answer({ outcome: undefined })), 'turn.blocks[1].outcome'],
    ['a result without content', withBlock(answer({ content: undefined })), 'turn.blocks[1].content'],
    ['a provider block without type', withBlock(block({ kind: 'provider' })), 'turn.blocks[1].type'],
  ])('as it is or has %s names the place', (_, stored, field) => {
    let thrown: unknown
    try {
      decodeTurn(stored)
    } catch (error) {
      thrown = error
    }
    expect(isTurnError(thrown)).toBe(true)
    expect(thrown).toMatchObject({ code: 'invalid_stored_turn', field })
    expect(String(thrown)).toContain(field)
  })

  it('for depth without end is refused, not a stack that overflows', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const text = `{"format":"geppetto.turn","v":1,"turn":{"id":"t","createdAt":1,"data":${deep},"blocks":[]}}`
    expect(() => parseTurn(text)).toThrow(
      expect.objectContaining({ code: 'invalid_stored_turn', message: expect.stringContaining('levels deep') }),
    )
  })
})

it('decodeBlock names its place as it is told to', () => {
  expect(() => decodeBlock({ kind: 'user', id: 'u' }, 'records[4].block')).toThrow(
    expect.objectContaining({ field: 'records[4].block.createdAt' }),
  )
})

import { describe, expect, it } from 'vitest'
import type { Block, ContentPart, ToolOutcome } from './index.ts'
import {
  assistantBlock,
  isTurnError,
  providerBlock,
  reasoningBlock,
  systemBlock,
  TurnError,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from './index.ts'

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: the builders must notice.
  return value as T
}

const native = { api: 'a', host: 'h', model: 'm', group: 'g', payload: { deep: [{ er: 1 }] } }

function isDeepFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null
    ? true
    : Object.isFrozen(value) && Object.values(value).every(isDeepFrozen)
}

describe('builders', () => {
  it('make blocks that hold what was passed', () => {
    const fields = { id: 'b1', createdAt: 5, runId: 'r', author: 'ada', complete: false as const, native }
    expect(assistantBlock('hi', { ...fields, refusal: true, citations: [{ url: 'u' }] })).toEqual({
      kind: 'assistant',
      ...fields,
      metadata: {},
      text: 'hi',
      refusal: true,
      citations: [{ url: 'u' }],
    })
    expect(userBlock('hi', { id: 'b2', createdAt: 5 })).toEqual({
      kind: 'user',
      id: 'b2',
      createdAt: 5,
      metadata: {},
      content: [{ type: 'text', text: 'hi' }],
    })
  })

  it('give each block an id of its own that every API would take, and the time', () => {
    const before = Date.now()
    const blocks = Array.from({ length: 100 }, () => systemBlock('x'))
    expect(new Set(blocks.map(({ id }) => id)).size).toBe(100)
    for (const { id, createdAt } of blocks) {
      expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/)
      expect(createdAt).toBeGreaterThanOrEqual(before)
    }
  })

  it('leave absent what is not given', () => {
    expect(Object.keys(reasoningBlock('')).sort()).toEqual(['createdAt', 'id', 'kind', 'metadata', 'text'])
  })

  it('freeze all the way down, also below what was frozen already', () => {
    const metadata = Object.freeze({ tags: ['a', { b: 1 }] })
    const blocks: Block[] = [
      systemBlock('x', { metadata }),
      userBlock([{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }]),
      assistantBlock('', { native: structuredClone(native), citations: [{ raw: { a: [1] } }] }),
      reasoningBlock('x', { native: structuredClone(native) }),
      toolCallBlock({ callId: 'c', name: 'n', input: { state: 'parsed', value: { a: { b: [1] } } } }),
      toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: [textPart('x')] }),
      providerBlock('web_search_call', { input: { q: ['x'] }, output: [{}] }),
    ]
    for (const block of blocks) expect(isDeepFrozen(block), block.kind).toBe(true)
  })

  it('leave the caller’s list of parts changeable', () => {
    const parts: ContentPart[] = [textPart('one')]
    const block = userBlock(parts)
    parts.push(textPart('two'))
    expect(block.content).toHaveLength(1)
  })

  it('take no kind and no content from a block that is passed for its fields', () => {
    const user = userBlock('hello')
    expect(assistantBlock('hi', user)).toEqual({ ...user, kind: 'assistant', text: 'hi', content: undefined })
    expect(providerBlock('t', reasoningBlock('x')).kind).toBe('provider')
  })

  it('let a model say nothing, and a tool return nothing', () => {
    expect(assistantBlock('').text).toBe('')
    expect(toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: '' }).content).toEqual([textPart('')])
    expect(toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: [] }).content).toEqual([])
  })
})

describe('builders refuse what could never be sent, and name the field:', () => {
  const call = { callId: 'c', name: 'n', input: { state: 'parsed', value: {} } } as const
  const result = { callId: 'c', name: 'n', outcome: 'ok', content: '' } as const
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const table: readonly (readonly [string, string, () => Block])[] = [
    ['an empty system text', 'text', () => systemBlock('')],
    ['a system text of white space', 'text', () => systemBlock(' \n\t')],
    ['a system text that is none', 'text', () => systemBlock(untyped(undefined))],
    ['an empty user text', 'content', () => userBlock('')],
    ['a user without parts', 'content', () => userBlock([])],
    ['user content that is no list', 'content', () => userBlock(untyped(42))],
    ['an empty part', 'content[1].text', () => userBlock([textPart('a'), textPart(' ')])],
    ['a part that is null', 'content[0]', () => userBlock([untyped<ContentPart>(null)])],
    ['a part of no known type', 'content[0].type', () => userBlock([untyped<ContentPart>({ type: 'video' })])],
    ['media without a source', 'content[0].source', () => userBlock([untyped<ContentPart>({ type: 'image' })])],
    [
      'media without its bytes',
      'content[0].source.data',
      () => userBlock([untyped<ContentPart>({ type: 'image', source: { type: 'base64' } })]),
    ],
    ['an assistant text that is none', 'text', () => assistantBlock(untyped(null))],
    ['citations that are no list', 'citations', () => assistantBlock('', { citations: untyped('x') })],
    ['a reasoning form of our own making', 'form', () => reasoningBlock('', { form: untyped('short') })],
    ['an empty call id', 'callId', () => toolCallBlock({ ...call, callId: '' })],
    ['an empty tool name', 'name', () => toolCallBlock({ ...call, name: '' })],
    ['a call without input', 'input', () => toolCallBlock({ ...call, input: untyped(undefined) })],
    [
      'a parsed input without a value',
      'input.value',
      () => toolCallBlock({ ...call, input: untyped({ state: 'parsed' }) }),
    ],
    [
      'an incomplete input without its text',
      'input.raw',
      () => toolCallBlock({ ...call, input: untyped({ state: 'incomplete' }) }),
    ],
    [
      'an input that JSON cannot hold',
      'input.value.n',
      () => toolCallBlock({ ...call, input: { state: 'parsed', value: { n: Number.NaN } } }),
    ],
    ['a result without call id', 'callId', () => toolResultBlock({ ...result, callId: '' })],
    ['a result without tool name', 'name', () => toolResultBlock({ ...result, name: '' })],
    [
      'an outcome of our own making',
      'outcome',
      () => toolResultBlock({ ...result, outcome: untyped<ToolOutcome>('fine') }),
    ],
    ['a result without content', 'content', () => toolResultBlock({ ...result, content: untyped(undefined) })],
    ['an empty provider type', 'type', () => providerBlock('')],
    ['an empty id', 'id', () => systemBlock('x', { id: '' })],
    ['a time that is none', 'createdAt', () => systemBlock('x', { createdAt: Number.NaN })],
    ['complete: true', 'complete', () => systemBlock('x', { complete: untyped(true) })],
    [
      'a native part without payload',
      'native.payload',
      () => systemBlock('x', { native: untyped({ ...native, payload: undefined }) }),
    ],
    ['a function in the metadata', 'metadata.f', () => systemBlock('x', { metadata: untyped({ f: () => 1 }) })],
    ['a date in the metadata', 'metadata.at[0]', () => systemBlock('x', { metadata: untyped({ at: [new Date(0)] }) })],
    ['metadata that is a circle', 'metadata', () => systemBlock('x', { metadata: untyped(circle) })],
  ]
  it.each(table)('%s', (_, field, make) => {
    let thrown: unknown
    try {
      make()
    } catch (error) {
      thrown = error
    }
    expect(isTurnError(thrown)).toBe(true)
    expect(thrown).toBeInstanceOf(TurnError)
    expect(thrown).toMatchObject({ code: 'invalid_block', name: 'TurnError', field })
    expect(String(thrown)).toContain(field)
  })
})

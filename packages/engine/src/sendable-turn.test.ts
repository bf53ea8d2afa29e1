import { background } from '@geppetto/context'
import { withEventSinks } from '@geppetto/events'
import {
  appendBlocks,
  decodeBlock,
  sealTurn,
  type Turn,
  textPart,
  toolCallBlock,
  toolResultBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { hello } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, startProviderCall, type Transport } from './index.ts'
import { scriptAdapter } from './script-adapter.test-helper.ts'

const call = toolCallBlock({ callId: 'c1', name: 'add', input: { state: 'parsed', value: {} } }, { id: 'asked' })
const result = (id: string) => toolResultBlock({ callId: 'c1', name: 'add', outcome: 'ok', content: '3' }, { id })

const unfit: readonly (readonly [what: string, turn: Turn, message: RegExp])[] = [
  ['a call without a result', appendBlocks(hello, call), /asked: call c1 of add has no result: call sealTurn\(turn\)/],
  ['a result without its call', appendBlocks(hello, result('lone')), /lone: a result for call c1, which was not made/],
  ['a second result', appendBlocks(hello, call, result('one'), result('two')), /two: call c1 has two results/],
  ['a second block of an id', { ...hello, blocks: [...hello.blocks, ...hello.blocks] }, /is used twice/],
]

/** An engine whose API counts, and what it has sent. */
function createCounting() {
  const sent: string[] = []
  const transport: Transport = {
    host: 'words.example',
    async send({ body }) {
      sent.push(body)
      throw new Error('nothing is there')
    },
  }
  const counting = { ...scriptAdapter, prepareCount: scriptAdapter.prepare, readCount: () => 1 }
  return { sent, engine: createAdapterEngine(counting, transport, { defaults: { model: 'm-1' } }) }
}

describe.each([
  [
    'an address',
    'data:image/png;base64,AAAA',
    /the image in content\[1\] has a data: address where its bytes should be.*block pic/,
  ],
  ['no base64', 'no bytes', /the image in content\[1\] has bytes that are no base64/],
  ['nothing', '', /the image in content\[1\] has no bytes/],
] as const)('bytes that are %s, in a turn that was stored elsewhere,', (_, data, message) => {
  const source = { type: 'base64', data }
  const content = [textPart('See'), { type: 'image', source, mediaType: 'image/png' }]
  const picture = decodeBlock({ kind: 'user', id: 'pic', createdAt: 1, metadata: {}, content }, 'block')

  it('are refused for every adapter, before anything is sent', async () => {
    const { engine, sent } = createCounting()
    const turn = appendBlocks(hello, picture)
    const refusal = { code: 'unsupported', retryable: false, message: expect.stringMatching(message) }
    await expect(engine.runInference(background(), turn)).rejects.toMatchObject(refusal)
    await expect(engine.countTokens?.(background(), turn)).rejects.toMatchObject(refusal)
    expect(sent).toEqual([])
  })
})

describe.each(unfit)('%s', (_, turn, message) => {
  const refusal = {
    code: 'invalid_request',
    retryable: false,
    partial: turn,
    message: expect.stringMatching(message),
  }

  it('is refused before anything is prepared, counted or sent', async () => {
    const { engine, sent } = createCounting()
    const sink = collectEvents()
    const ctx = withEventSinks(background(), sink)
    await expect(engine.runInference(ctx, turn)).rejects.toMatchObject(refusal)
    await expect(engine.countTokens?.(ctx, turn)).rejects.toMatchObject(refusal)
    expect(() => engine.prepare?.(ctx, turn)).toThrow(expect.objectContaining(refusal))
    expect([sent, sink.events]).toEqual([[], []])
  })

  it('is refused by an engine without a wire too', () => {
    const info = { api: 'parrot', host: 'embedded', model: 'parrot-1' }
    expect(() => startProviderCall(background(), turn, info)).toThrow(expect.objectContaining(refusal))
  })
})

it('a turn with an open call is taken once it is sealed', () => {
  const { engine } = createCounting()
  const sealed = sealTurn(appendBlocks(hello, call))
  // The tests' format knows no calls: it is the adapter that refuses now.
  expect(() => engine.prepare?.(background(), sealed)).toThrow(expect.objectContaining({ code: 'unsupported' }))
})

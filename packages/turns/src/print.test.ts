import { describe, expect, it } from 'vitest'
import type { ProviderCallRecord } from './index.ts'
import {
  assistantBlock,
  createTurn,
  decodeBlock,
  printTurn,
  providerBlock,
  reasoningBlock,
  systemBlock,
  textPart,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  withProviderCall,
} from './index.ts'

const record: ProviderCallRecord = {
  id: 'call_1',
  api: 'openai-chat',
  host: 'h',
  model: 'm',
  outcome: 'completed',
  stop: 'end_turn',
  startedAt: 1,
  finishedAt: 2,
  usage: { input: { uncached: 10, cacheRead: 5 }, output: { text: 3, reasoning: 4 }, source: 'reported' },
}

const rich = createTurn({
  id: 'turn_2',
  parentId: 'turn_1',
  createdAt: 1,
  data: { 'acme.plan': { tier: 'gold' } },
  blocks: [
    systemBlock('Be kind.\nBe brief.', { id: 'b1' }),
    userBlock(
      [
        textPart('What is this?'),
        { type: 'image', source: { type: 'base64', data: 'AAAABBBB' }, mediaType: 'image/png' },
        { type: 'file', source: { type: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'audio', source: { type: 'provider-file', api: 'x', fileId: 'file_9' }, mediaType: 'audio/wav' },
      ],
      { id: 'b2', metadata: { channel: 'web' } },
    ),
    reasoningBlock('', { id: 'b3', form: 'redacted' }),
    reasoningBlock('A cat, I th', { id: 'b4', complete: false }),
    assistantBlock('Let me look.', { id: 'b5' }),
    toolCallBlock({ callId: 'c1', name: 'look', input: { state: 'parsed', value: { zoom: 2 } } }, { id: 'b6' }),
    toolCallBlock(
      { callId: 'c2', name: 'smell', input: { state: 'incomplete', raw: '{"no' } },
      { id: 'b7', complete: false },
    ),
    toolResultBlock({ callId: 'c1', name: 'look', outcome: 'ok', content: 'a cat' }, { id: 'b8' }),
    toolResultBlock({ callId: 'c2', name: 'smell', outcome: 'not-run', content: 'Not run.' }, { id: 'b9' }),
    providerBlock('web_search_call', { id: 'b10', name: 'search', input: { q: 'cat' }, output: ['hit'] }),
    providerBlock('compaction', { id: 'b11' }),
    decodeBlock({ kind: 'hologram', id: 'b12' }, 'block'),
    assistantBlock('I will not say.', { id: 'b13', refusal: true }),
    assistantBlock('', { id: 'b14' }),
  ],
})

describe('printTurn', () => {
  it('tells people who said what, in order, and what it used', () => {
    expect(printTurn(withProviderCall(rich, record))).toBe(`[system] Be kind.
    Be brief.
[user] What is this?
    (image image/png: 8 characters of base64)
    (file: https://example.com/a.pdf)
    (audio audio/wav: file_9)
[reasoning] (not shown by the provider)
[reasoning] A cat, I th [cut off]
[assistant] Let me look.
[call look] {"zoom":2}
[call smell] {"no (incomplete) [cut off]
[result look] a cat
[result smell: not-run] Not run.
[web_search_call search] {"q":"cat"} → ["hit"]
[compaction]
[unknown block hologram] {"kind":"hologram","id":"b12"}
[assistant refuses] I will not say.
[assistant]
[usage] 15 tokens in, 7 out
`)
  })

  it('shows ids, metadata and data when asked', () => {
    const turn = createTurn({ ...rich, blocks: rich.blocks.slice(1, 3) })
    expect(printTurn(turn, { withMetadata: true })).toBe(`turn turn_2 after turn_1
[user] What is this?
    (image image/png: 8 characters of base64)
    (file: https://example.com/a.pdf)
    (audio audio/wav: file_9)
    b2 channel="web"
[reasoning] (not shown by the provider)
    b3
[metadata]
[data] acme.plan={"tier":"gold"}
`)
  })

  it('cuts what tools said, not what people and models said, and never through a character', () => {
    const long = `${'x'.repeat(9)}🎈${'y'.repeat(20)}`
    const turn = createTurn({
      blocks: [userBlock(long), toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: long })],
    })
    expect(printTurn(turn, { maxToolText: 10 })).toBe(`[user] ${long}\n[result n] xxxxxxxxx… (31 characters)\n`)
    expect(printTurn(turn, { maxToolText: 11 })).toContain('[result n] xxxxxxxxx🎈… (31')
    expect(printTurn(turn, { maxToolText: Number.POSITIVE_INFINITY })).toContain(`[result n] ${long}\n`)
  })

  it('shows control characters as codes: nothing that was said can steer a terminal', () => {
    const sly = 'a\u001b[2Jb\u0007\u009bc\r\nd\te\u0000'
    const turn = createTurn({ blocks: [toolResultBlock({ callId: 'c', name: 'n', outcome: 'ok', content: sly })] })
    expect(printTurn(turn)).toBe('[result n] a\\x1b[2Jb\\x07\\x9bc\n    d\te\\x00\n')
  })

  it.each([
    ['partial', '[usage] 15 tokens in, 7 out (partial)\n'],
    ['estimated', '[usage] 15 tokens in, 7 out (estimated)\n'],
  ] as const)('says when usage is %s', (source, line) => {
    const usage = { input: { uncached: 15 }, output: { text: 7 }, source }
    expect(printTurn(withProviderCall(createTurn(), { ...record, usage }))).toBe(line)
  })

  it('has no words for an empty turn', () => {
    expect(printTurn(createTurn())).toBe('')
  })
})

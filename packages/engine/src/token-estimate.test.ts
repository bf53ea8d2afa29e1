import {
  assistantBlock,
  type Block,
  createTurn,
  providerBlock,
  reasoningBlock,
  structuredOutputKey,
  systemBlock,
  toolCallBlock,
  toolDefinitionsKey,
  toolResultBlock,
  userBlock,
  withData,
} from '@geppetto/turns'
import { expect, it } from 'vitest'
import { estimateTokens } from './token-estimate.ts'

const tokensOf = (...blocks: readonly Block[]) =>
  estimateTokens(createTurn({ blocks })).blocks.map(({ tokens }) => tokens)
const said = (length: number) => 'x'.repeat(length)

it('states the parts, whose sum is the total, and each block', () => {
  const blocks = [
    systemBlock(said(40), { id: 's' }),
    userBlock(said(400), { id: 'u' }),
    assistantBlock(said(4), { id: 'a' }),
  ]
  const inputSchema = { type: 'object', properties: {} }
  const tools = withData(createTurn({ blocks }), toolDefinitionsKey, [
    { name: 'f', description: said(300), inputSchema },
  ])
  const estimate = estimateTokens(withData(tools, structuredOutputKey, { name: 'answer', schema: { type: 'string' } }))
  expect(estimate).toMatchObject({
    system: 14,
    messages: 109,
    blocks: [
      { blockId: 's', kind: 'system', tokens: 14 },
      { blockId: 'u', kind: 'user', tokens: 104 },
      { blockId: 'a', kind: 'assistant', tokens: 5 },
    ],
  })
  const { system, messages, tools: toolTokens, outputSchema, total } = estimate
  expect(toolTokens).toBeGreaterThan(75)
  expect(outputSchema).toBeGreaterThan(5)
  expect(total).toBe(system + messages + toolTokens + outputSchema)
})

it('is nothing for an empty turn, and for what is not sent', () => {
  expect(estimateTokens(createTurn())).toEqual({
    total: 0,
    system: 0,
    tools: 0,
    messages: 0,
    outputSchema: 0,
    blocks: [],
  })
  const cut = reasoningBlock('half a thou', { complete: false, replayable: false })
  expect(tokensOf(cut, assistantBlock(''))).toEqual([0, 0])
})

it('counts media by the piece, whatever their size', () => {
  const source = { type: 'base64', data: said(1_000_000) } as const
  const image = { type: 'image', source, mediaType: 'image/png' } as const
  expect(
    tokensOf(
      userBlock([image]),
      userBlock([{ ...image, detail: 'low' }]),
      userBlock([{ type: 'audio', source }]),
      userBlock([
        { type: 'file', source },
        { type: 'text', text: said(8) },
      ]),
    ),
  ).toEqual([1_004, 89, 1_004, 3_006])
})

it('counts calls and results, what is encrypted, and what a provider did', () => {
  const native = { api: 'a', host: 'h', model: 'm', group: 'g', payload: said(400) }
  const [call, cut, result, hidden, open, search] = tokensOf(
    toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: { city: said(400) } } }),
    toolCallBlock({ callId: 'd', name: 'f', input: { state: 'incomplete', raw: said(400) } }),
    toolResultBlock({ callId: 'c', name: 'f', outcome: 'ok', content: said(400) }),
    reasoningBlock('', { native }),
    reasoningBlock(said(40), { native }),
    providerBlock('web_search_call', { input: said(400) }),
  )
  for (const tokens of [call, cut, result, hidden, search])
    expect([100, 115].map((end) => Math.sign(Number(tokens) - end))).toEqual([1, -1])
  expect(open).toBe(14)
})

it('gives other scripts more tokens for a character than Latin', () => {
  const [latin, cyrillic, chinese] = tokensOf(
    userBlock(said(100)),
    userBlock('я'.repeat(100)),
    userBlock('語'.repeat(100)),
  )
  expect([latin, cyrillic, chinese]).toEqual([29, 54, 79])
})

import { listIn } from '@geppetto/engine'
import {
  appendBlocks,
  type Block,
  createTurn,
  isJsonObject,
  type JsonObject,
  parseTurn,
  providerBlock,
  sealTurn,
  stringifyTurn,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { blockOf, callBlock, start, stopOf, streamOf, textBlock } from './frames.test-helper.ts'
import { prepared } from './prepare.test-helper.ts'
import { answerWith } from './recordings.test-helper.ts'

const model = 'claude-haiku-4-5'
const asked = createTurn({ blocks: [userBlock('a')] })

const thinking = blockOf(
  0,
  { type: 'thinking', thinking: '', signature: '' },
  { type: 'thinking_delta', thinking: 'Hm' },
  { type: 'signature_delta', signature: 'sig+/=' },
)
const frames = [
  start,
  ...thinking,
  ...textBlock(1, 'Let me look.'),
  ...callBlock(2, 'toolu_1', '{"n":12345678901234567890}'),
]

/** The turn after an answer whose calls were answered. */
async function answered(...said: readonly JsonObject[]): Promise<Turn> {
  const { turn } = await answerWith(streamOf(...said), { turn: asked, model })
  const calls = turn.blocks.filter((block) => block.kind === 'tool-call')
  const results = calls.map(({ callId, name }) => toolResultBlock({ callId, name, outcome: 'ok', content: 'seen' }))
  return sealTurn(appendBlocks(turn, ...results))
}

function sentBy(turn: Turn, config: Parameters<typeof prepared>[1] = { model }) {
  const { json, codes, body } = prepared(turn, config)
  const message = listIn(json, 'messages').find((one) => isJsonObject(one) && one.role === 'assistant')
  return { blocks: isJsonObject(message) ? listIn(message, 'content') : [], codes, body }
}

const without = (turn: Turn, isLost: (block: Block) => boolean): Turn =>
  createTurn({ blocks: turn.blocks.filter((block) => !isLost(block)) })

describe('an answer', () => {
  it('goes back as it came, to the last digit, also when it was stored in between', async () => {
    const turn = await answered(...frames, ...stopOf('tool_use'))
    for (const one of [turn, parseTurn(stringifyTurn(turn))]) {
      const { blocks, codes, body } = sentBy(one)
      expect(blocks).toMatchObject([
        { type: 'thinking', thinking: 'Hm', signature: 'sig+/=' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'look' },
      ])
      expect(body).toContain('"input":{"n":12345678901234567890}')
      expect(body).toContain('"tool_use_id":"toolu_1"')
      expect(codes).toEqual([])
    }
  })

  it('goes to another model without what only its own understands', async () => {
    const turn = await answered(...frames, ...stopOf('tool_use'))
    const { blocks, codes, body } = sentBy(turn, { model: 'claude-opus-4-8' })
    expect(blocks).toMatchObject([{ type: 'text' }, { type: 'tool_use' }])
    expect(body).not.toContain('sig+/=')
    expect(body).not.toContain('toolu_1')
    expect(codes).toEqual(['reasoning-dropped'])
  })

  it.each([
    ['a block of it is missing', (turn: Turn) => without(turn, ({ kind }) => kind === 'assistant')],
    [
      'somebody spoke in between',
      (turn: Turn) =>
        createTurn({
          blocks: turn.blocks.flatMap((one): readonly Block[] =>
            one.kind === 'assistant' ? [one, userBlock('x')] : [one],
          ),
        }),
    ],
    [
      'it stands in another order',
      (turn: Turn) =>
        createTurn({
          blocks: turn.blocks.toSorted(
            (one, other) => Number(one.kind === 'reasoning') - Number(other.kind === 'reasoning'),
          ),
        }),
    ],
  ])('sends nothing opaque where %s', async (_why, spoil) => {
    const turn = await answered(...frames, ...stopOf('tool_use'))
    expect(sentBy(sealTurn(spoil(turn))).body).not.toContain('sig+/=')
  })

  it('that only thought is left out: the API takes no such message', async () => {
    const turn = appendBlocks(await answered(start, ...thinking, ...stopOf('end_turn')), userBlock('b'))
    expect(sentBy(turn)).toMatchObject({ blocks: [], codes: ['reasoning-dropped'] })
  })

  it('with a delta that nobody knows does not go back as it came', async () => {
    const odd = { type: 'content_block_delta', index: 0, delta: { type: 'smell_delta' } }
    const [opened, ...rest] = thinking
    if (opened === undefined) throw new Error('no frames')
    const turn = await answered(start, opened, odd, ...rest, ...textBlock(1, 'b'), ...stopOf('end_turn'))
    expect(sentBy(appendBlocks(turn, userBlock('c'))).codes).toEqual(['reasoning-dropped'])
  })

  it('keeps its thinking beside a call that a token limit cut off', async () => {
    const turn = await answered(...frames, ...stopOf('max_tokens'))
    const { blocks, codes } = sentBy(turn)
    expect(blocks).toMatchObject([
      { type: 'thinking' },
      { type: 'text' },
      { type: 'tool_use', input: { input: expect.any(String) } },
    ])
    expect(codes).toEqual(['arguments-wrapped'])
  })

  it('that was cut off goes back as text alone', async () => {
    const { turn } = await answerWith(streamOf(start, ...thinking, ...textBlock(1, 'Let me').slice(0, -1)), {
      turn: asked,
      model,
    })
    const { blocks, codes } = sentBy(appendBlocks(sealTurn(turn), userBlock('b')))
    expect(blocks).toEqual([{ type: 'text', text: 'Let me' }])
    expect(codes).toEqual(['reasoning-dropped'])
  })
})

it('its ids stay its own where a call of somebody else has the same', async () => {
  const call = toolCallBlock({ callId: 'toolu_1', name: 'look', input: { state: 'parsed', value: {} } })
  const result = toolResultBlock({ callId: 'toolu_1', name: 'look', outcome: 'ok', content: 'seen' })
  const { turn } = await answerWith(streamOf(...frames, ...stopOf('tool_use')), {
    turn: appendBlocks(asked, call, result),
    model,
  })
  const ids = sentBy(sealTurn(turn)).body.match(/(?<="(?:tool_use_id|id)":")[^"]+/g)
  expect(ids?.slice(2)).toEqual(['toolu_1', 'toolu_1'])
  expect(ids?.[0]).toMatch(/^[a-zA-Z0-9]{9}$/)
  expect(ids?.[1]).toBe(ids?.[0])
})

describe('what the provider ran', () => {
  const call = blockOf(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } })
  const found = blockOf(1, {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ encrypted_content: 'e' }],
  })

  it('goes back with what came of it, or not at all', async () => {
    const turn = appendBlocks(
      await answered(start, ...call, ...found, ...textBlock(2, 'b'), ...stopOf('end_turn')),
      userBlock('c'),
    )
    expect(sentBy(turn).blocks).toMatchObject([
      { type: 'server_tool_use', id: 'srvtoolu_1', input: { query: 'x' } },
      { type: 'web_search_tool_result', content: [{ encrypted_content: 'e' }] },
      { type: 'text' },
    ])
    const torn = appendBlocks(
      await answered(start, ...call, ...textBlock(1, 'b'), ...stopOf('end_turn')),
      userBlock('c'),
    )
    expect(sentBy(torn)).toMatchObject({ blocks: [{ type: 'text' }], codes: ['provider-block-dropped'] })
  })

  it('and paused over goes back to be gone on with', async () => {
    const turn = await answered(start, ...call, ...stopOf('pause_turn'))
    expect(sentBy(turn)).toMatchObject({ blocks: [{ type: 'server_tool_use', id: 'srvtoolu_1' }], codes: [] })
  })

  it('and paused over goes back to the container that only the end of the answer names', async () => {
    const stopping = { type: 'message_delta', delta: { stop_reason: 'pause_turn', container: { id: 'container_1' } } }
    const turn = await answered(start, ...call, stopping, { type: 'message_stop' })
    expect(prepared(turn, { model }).json.container).toBe('container_1')
  })

  it.each([
    ['is cut', []],
    ['fails', [{ type: 'error', error: { type: 'overloaded_error', message: 'Later' } }]],
  ])('is kept whole where the answer %s behind it', async (_how, end) => {
    const { blocks, error } = await answerWith(streamOf(start, ...call, ...end))
    expect(error).toBeDefined()
    expect(blocks).toMatchObject([{ kind: 'provider', type: 'server_tool_use', native: { payload: { index: 0 } } }])
  })

  it.each([
    [true, 'start'],
    [false, 'end'],
  ])('goes on with a program that called us, in its container (known at the start: %s)', async (isEarly) => {
    const container = { id: 'container_1', expires_at: '2026-01-01' }
    const program = blockOf(1, {
      type: 'server_tool_use',
      id: 'srvtoolu_1',
      name: 'code_execution',
      input: { code: 'x' },
    })
    const caller = { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' }
    const called = (index: number, id: string) =>
      blockOf(index, { type: 'tool_use', id, name: 'look', input: { n: 1 }, caller })
    const begin = isEarly ? { ...start, message: { container } } : start
    const stopping = [
      { type: 'message_delta', delta: { stop_reason: 'tool_use', ...(isEarly ? undefined : { container }) } },
      { type: 'message_stop' },
    ]
    const turn = await answered(begin, ...thinking, ...program, ...called(2, 'toolu_1'), ...stopping)
    expect(sentBy(turn)).toMatchObject({
      blocks: [
        { type: 'thinking', signature: 'sig+/=' },
        { type: 'server_tool_use', input: { code: 'x' } },
        { type: 'tool_use', id: 'toolu_1', caller },
      ],
      codes: [],
    })
    expect(prepared(turn, { model }).json.container).toBe('container_1')
    expect(prepared(turn, { model: 'claude-opus-4-8' }).json.container).toBeUndefined()

    const next = await answerWith(streamOf(start, ...called(0, 'toolu_2'), ...stopping), { turn, model })
    expect(sentBy(sealTurn(next.turn))).toMatchObject({ blocks: { length: 3 }, codes: [] })
    expect(sentBy(appendBlocks(turn, userBlock('c')))).toMatchObject({
      blocks: [{ type: 'tool_use' }],
      codes: ['reasoning-dropped', 'provider-block-dropped'],
    })
  })

  it('and paused over goes back with all its open calls', async () => {
    const other = blockOf(1, { type: 'server_tool_use', id: 'srvtoolu_2', name: 'web_search', input: { query: 'y' } })
    const turn = await answered(start, ...call, ...other, ...stopOf('pause_turn'))
    expect(sentBy(turn)).toMatchObject({ blocks: [{ id: 'srvtoolu_1' }, { id: 'srvtoolu_2' }], codes: [] })
  })

  it('of another provider is left out', () => {
    const foreign = providerBlock('web_search_call', {
      native: {
        api: 'openai-responses',
        host: 'api.openai.com',
        model,
        group: 'g',
        payload: { index: 0, block: { type: 'x' } },
      },
    })
    expect(sentBy(appendBlocks(asked, foreign, userBlock('b')))).toMatchObject({
      blocks: [],
      codes: ['provider-block-dropped'],
    })
  })
})

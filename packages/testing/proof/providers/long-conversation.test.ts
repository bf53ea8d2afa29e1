import type { ProviderAdapter } from '@geppetto/engine'
import { anthropicAdapter } from '@geppetto/provider-anthropic/fetch'
import { openaiChatAdapter, openaiResponsesAdapter } from '@geppetto/provider-openai/fetch'
import {
  assistantBlock,
  type Block,
  createTurn,
  type JsonObject,
  providerBlock,
  reasoningBlock,
  systemBlock,
  type Turn,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'

/** What an adapter keeps of a call, and of a call of the provider's own and its result. */
interface Payloads {
  call(id: string): JsonObject
  server(id: string): readonly JsonObject[]
}

interface Subject {
  readonly name: string
  readonly create: () => ProviderAdapter
  readonly payloads: Payloads
}

const subjects: readonly Subject[] = [
  {
    name: 'openai-chat',
    create: openaiChatAdapter,
    payloads: { call: (id) => ({ id, arguments: '{}' }), server: () => [] },
  },
  {
    name: 'openai-responses',
    create: openaiResponsesAdapter,
    payloads: {
      call: (id) => ({
        ...{ place: 0, part: 0, parts: 1, last: true },
        item: { type: 'function_call', id: `item_${id}`, call_id: id, name: 'f', arguments: '{}' },
      }),
      server: (id) => [{ place: 0, part: 0, parts: 1, last: true, item: { type: 'web_search_call', id } }],
    },
  },
  {
    name: 'anthropic',
    create: anthropicAdapter,
    payloads: {
      call: (id) => ({ index: 0, block: { type: 'tool_use', id, name: 'f' } }),
      server: (id) => [
        { index: 0, block: { type: 'server_tool_use', id, name: 'web_search' } },
        { index: 0, block: { type: 'web_search_tool_result', tool_use_id: id } },
      ],
    },
  },
]

function randomOf(seed: number): (count: number) => number {
  let state = seed
  return (count) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return (state >>> 8) % count
  }
}

/** Blocks in any order that a valid turn may have them in, the same for the same seed. */
function conversation(api: string, payloads: Payloads, seed: number, length: number): readonly Block[] {
  const pick = randomOf(seed)
  const blocks: Block[] = []
  const open: string[] = []
  const native = (payload: JsonObject) => ({
    native: { api, host: 'api.example', model: 'm', group: `g${seed}.${blocks.length}`, payload },
  })
  while (blocks.length < length || open.length > 0) {
    const place = blocks.length
    const kind = place < length ? pick(9) : 8
    if (kind === 0) blocks.push(userBlock(`Q${place}`))
    else if (kind === 1) blocks.push(assistantBlock(pick(4) === 0 ? ' ' : `A${place}`))
    else if (kind === 2) blocks.push(reasoningBlock('Hm'))
    else if (kind === 3) blocks.push(pick(3) === 0 ? systemBlock(`S${place}`) : userBlock(`And ${place}`))
    else if (kind === 4)
      for (const payload of payloads.server(`server_${pick(40)}`)) {
        blocks.push(providerBlock('web_search', native(payload)))
        if (pick(3) === 0) blocks.push(assistantBlock(`Between ${blocks.length}`))
      }
    else if (kind <= 6) {
      const callId = `call ${seed}.${place}`
      const own = pick(2) === 0 ? {} : native(payloads.call(`own_${pick(60)}`))
      blocks.push(toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, own))
      open.push(callId)
    } else {
      const [answered] = open.splice(pick(Math.max(1, open.length)), 1)
      if (answered === undefined) continue
      const outcome = pick(4) === 0 ? 'error' : 'ok'
      blocks.push(toolResultBlock({ callId: answered, name: 'f', outcome, content: `R${place}` }))
    }
  }
  return blocks
}

const seeds = [1, 2, 3, 4, 5, 6]

describe.each(subjects)('a long conversation by $name', ({ create, payloads }) => {
  const { api } = create()
  const turnOf = (blocks: readonly Block[]): Turn => createTurn({ id: 't', createdAt: 1, blocks })
  const expectSame = (adapter: ProviderAdapter, blocks: readonly Block[], host = 'api.example'): void => {
    const turn = turnOf(blocks)
    const prepare = (by: ProviderAdapter) => by.prepare(turn, { model: 'm' }, host)
    expect(prepare(adapter)).toEqual(prepare(create()))
  }

  it.each(seeds)('is said the same by an adapter that remembers, as it grows and forks (%i)', (seed) => {
    const adapter = create()
    const blocks = [userBlock('Q'), ...conversation(api, payloads, seed, 300)]
    const other = conversation(api, payloads, seed + 100, 40)
    for (let length = 1; length <= blocks.length; length += 17) {
      expectSame(adapter, blocks.slice(0, length))
      expectSame(adapter, [...blocks.slice(0, length), ...other])
      expectSame(adapter, blocks.slice(0, length), 'other.example')
    }
  })
})

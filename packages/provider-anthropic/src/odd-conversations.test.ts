import { listIn, objectsIn } from '@geppetto/engine'
import { appendBlocks, createTurn, type JsonObject, sealTurn, type Turn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { blockOf, callBlock, start, stopOf, streamOf, textBlock } from './frames.test-helper.ts'
import { prepared } from './prepare.test-helper.ts'
import { answerWith } from './recordings.test-helper.ts'
import { type Message, withoutHalves } from './whole-messages.ts'
import { wellFormedJson } from './wire.ts'

const model = 'claude-haiku-4-5'
const asked = createTurn({ blocks: [userBlock('a')] })

async function answered(turn: Turn, ...said: readonly JsonObject[]): Promise<Turn> {
  const answer = await answerWith(streamOf(start, ...said), { turn, model })
  if (answer.error !== undefined) throw answer.error
  return sealTurn(answer.turn)
}

/** The content blocks of all messages, and what was rewritten. */
function sentBy(turn: Turn) {
  const { json, codes } = prepared(turn, { model })
  return { blocks: objectsIn(json, 'messages').flatMap((message) => listIn(message, 'content')), codes }
}

const thinking = blockOf(
  0,
  { type: 'thinking', thinking: '', signature: '' },
  { type: 'thinking_delta', thinking: 'Hm' },
  { type: 'signature_delta', signature: 'sig' },
)

it.each(['toolu_0', '', 'a b'])(
  'calls that come with the id %j again and again get ids of their own, thinking beside them',
  async (id) => {
    const said = [...thinking, ...callBlock(1, id, '{}'), ...callBlock(2, id, '{"b":2}'), ...stopOf('tool_use')]
    const { blocks, codes } = sentBy(await answered(await answered(asked, ...said), ...said))
    const calls = blocks.filter((block) => JSON.stringify(block).includes('"tool_use"'))
    const ids = calls.map((block) => JSON.stringify(block).match(/"id":"([^"]*)"/)?.[1])
    expect(new Set(ids).size).toBe(4)
    for (const one of ids) expect(one).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    if (id === 'toolu_0') expect(ids[0]).toBe(id)
    const answers = blocks.map((block) => JSON.stringify(block).match(/"tool_use_id":"([^"]*)"/)?.[1])
    expect(answers.filter((one) => one !== undefined)).toEqual(ids)
    expect(calls[1]).toMatchObject({ type: 'tool_use', name: 'look', input: { b: 2 } })
    expect(blocks.filter((block) => JSON.stringify(block).includes('"signature":"sig"'))).toHaveLength(2)
    expect(new Set(codes)).toEqual(new Set(['call-id-changed']))
  },
)

it.each(['', ' \n'])('a message that only thinks is not sent back, though it has the text %j', async (said) => {
  const turn = await answered(asked, ...thinking, ...textBlock(1, said), ...stopOf('end_turn'))
  const { blocks } = sentBy(appendBlocks(turn, userBlock('b')))
  expect(JSON.stringify(blocks)).not.toContain('thinking')
})

describe('half a character', () => {
  it('in arguments that go back by their own text is none', async () => {
    const json = String.raw`{"n":12345678901234567890,"half":"\ud83d","whole":"\uD83D\uDE00","no":"\\ud83d"}`
    const turn = await answered(asked, ...callBlock(0, 'toolu_1', json), ...stopOf('tool_use'))
    const { body } = prepared(turn, { model })
    expect(body).toContain(String.raw`{"n":12345678901234567890,"half":"\ufffd","whole":"\uD83D\uDE00","no":"\\ud83d"}`)
    expect(wellFormedJson('"\ud83d"')).toBe('"\ufffd"')
  })

  it('that two pieces of arguments are cut at is whole', async () => {
    const turn = await answered(asked, ...callBlock(0, 'toolu_1', '{"n":"\ud83d', '\ude00"}'), ...stopOf('tool_use'))
    expect(turn.blocks[1]).toMatchObject({ input: { state: 'parsed', value: { n: '\u{1F600}' } } })
    const cut = await answerWith(streamOf(start, ...callBlock(0, 'toolu_1', '{"n":"\ud83d'), ...stopOf('max_tokens')), {
      turn: asked,
      model,
    })
    expect(cut.blocks[0]).toMatchObject({ input: { state: 'incomplete', raw: '{"n":"\ufffd' } })
  })
})

it('a chain of messages that each need the one before falls as a whole, each looked at a few times', () => {
  let looks = 0
  const link = (index: number): Message => {
    const payloads = [
      { index: 0, block: { type: 'web_search_tool_result', tool_use_id: `s${index - 1}` } },
      { index: 1, block: { type: 'server_tool_use', id: `s${index}` } },
    ]
    const message: Message = new Map(payloads.map((payload, at) => [`${index}-${at}`, payload]))
    const values = message.values.bind(message)
    return Object.assign(message, {
      values() {
        looks++
        return values()
      },
    })
  }
  const chain = Array.from({ length: 500 }, (_none, index) => link(index))
  expect(withoutHalves(chain, '499-1')).toEqual([])
  expect(looks).toBeLessThan(500 * 6)
  const closed: Message = new Map([['z', { index: 0, block: { type: 'server_tool_use', id: 's-1' } }]])
  expect(withoutHalves([closed, ...chain], '499-1')).toHaveLength(501)
})

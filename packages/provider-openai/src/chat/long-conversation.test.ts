import { assistantBlock, type Block, reasoningBlock, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './adapter.ts'
import { turnOf } from './chat.test-helper.ts'
import { quirksOf } from './hosts.ts'
import { createMessageMemory, type SaidMessages } from './message-memory.ts'
import { createSayer } from './messages.ts'
import { chatApi } from './request.ts'

/** Blocks in any order that a valid turn may have them in, the same for the same seed. */
function conversation(seed: number, length: number): readonly Block[] {
  let state = seed
  const pick = (count: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    return (state >>> 8) % count
  }
  const blocks: Block[] = []
  const open: string[] = []
  while (blocks.length < length || open.length > 0) {
    const kind = blocks.length < length ? pick(6) : 5
    const callId = `call_${blocks.length}`
    if (kind === 0) blocks.push(userBlock(`Q${blocks.length}`))
    else if (kind === 1) blocks.push(assistantBlock(`A${blocks.length}`))
    else if (kind === 2) blocks.push(reasoningBlock('Hm'))
    else if (kind === 3) {
      open.push(callId)
      const native = { api: 'openai-chat', host: 'api.example', model: 'm', group: `g${blocks.length >> 2}` }
      const payload = { id: `own_${pick(9)}`, arguments: '{}' }
      const fields = pick(2) === 0 ? {} : { native: { ...native, payload } }
      blocks.push(toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, fields))
    } else {
      const [answered] = open.splice(pick(Math.max(1, open.length)), 1)
      if (answered !== undefined)
        blocks.push(toolResultBlock({ callId: answered, name: 'f', outcome: 'ok', content: `R${blocks.length}` }))
    }
  }
  return blocks
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

describe('the stretches of a conversation', () => {
  it.each(seeds)('are said as the whole is (%i)', (seed) => {
    const blocks = conversation(seed, 40 + seed * 5)
    const target = { api: chatApi, host: 'api.example', model: 'm', quirks: quirksOf(undefined, 'api.example') }
    const { steps, beginnings } = createMessageMemory()
    const sayer = createSayer(target, steps)
    const apart = beginnings.say(blocks, '', sayer)
    const whole = sayer.say(sayer.nothing, blocks, true)
    const textOf = ({ texts, messages }: SaidMessages) => [...texts, ...messages.map(({ json }) => json)].join(',')
    expect(textOf(apart)).toBe(textOf(whole))
    expect(apart.degradations).toEqual(expect.arrayContaining([...whole.degradations]))
    expect(apart.degradations).toHaveLength(whole.degradations.length)
  })
})

describe('a long conversation', () => {
  it.each(seeds.slice(0, 8))('is said the same by an adapter that remembers, as it grows and forks (%i)', (seed) => {
    const remembering = openaiChatAdapter()
    const blocks = [userBlock('Q'), ...conversation(seed, 150)]
    const other = conversation(seed + 100, 20)
    for (let length = 1; length <= blocks.length; length += 9) {
      for (const turn of [turnOf(...blocks.slice(0, length)), turnOf(...blocks.slice(0, length), ...other)])
        for (const host of ['api.example', 'other.example', 'api.mistral.ai'])
          expect(remembering.prepare(turn, { model: 'm' }, host)).toEqual(
            openaiChatAdapter().prepare(turn, { model: 'm' }, host),
          )
    }
  })
})

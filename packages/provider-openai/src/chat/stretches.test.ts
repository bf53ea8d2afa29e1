import { assistantBlock, type Block, reasoningBlock, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { openaiChatAdapter } from './adapter.ts'
import { turnOf } from './chat.test-helper.ts'
import { splitSteps } from './steps.ts'
import { splitStretches } from './stretches.ts'

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
    const stretches = splitStretches(blocks)
    expect(stretches.flat()).toEqual(blocks)
    const told: string[] = []
    const report = (code: string) => void told.push(code)
    const apart = stretches.flatMap((stretch) => splitSteps(stretch, report))
    const toldApart = told.splice(0)
    expect(apart).toEqual(splitSteps(blocks, report))
    expect(toldApart).toEqual(told)
  })

  it('stay as they are when the conversation goes on, and are many', () => {
    const blocks = conversation(7, 400)
    const whole = splitStretches(blocks)
    expect(whole.length).toBeGreaterThan(3)
    for (let length = 1; length < blocks.length; length += 7) {
      const begun = splitStretches(blocks.slice(0, length)).slice(0, -1)
      expect(begun).toEqual(whole.slice(0, begun.length))
    }
  })

  it('are no longer than they must be in a loop of tools', () => {
    const blocks = Array.from({ length: 200 }, (_, index): Block[] => {
      const callId = `call_${index}`
      const call = toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } })
      return [call, toolResultBlock({ callId, name: 'f', outcome: 'ok', content: 'R' })]
    })
    expect(splitStretches(blocks.flat()).every((stretch) => stretch.length <= 32)).toBe(true)
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

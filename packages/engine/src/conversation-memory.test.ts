import { assistantBlock, type Block, systemBlock, toolCallBlock, toolResultBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { ConversationMemory, type Sayer } from './index.ts'
import { splitStretches } from './stretches.ts'

function step(name: string, group?: string): Block[] {
  const native = { api: 'a', host: 'h', model: 'm', group: group ?? name, payload: {} }
  const call = toolCallBlock({ callId: name, name: 'f', input: { state: 'parsed', value: {} } }, { native })
  return [call, toolResultBlock({ callId: name, name: 'f', outcome: 'ok', content: 'R' })]
}

function steps(name: string, count: number): Block[] {
  return Array.from({ length: count }, (_, index) => step(`${name}${index}`)).flat()
}

/** Says the ids of the blocks, and notes what it was asked for. */
function idSayer(isWhole?: Sayer<readonly string[]>['isWhole']) {
  const asked: number[] = []
  const sayer: Sayer<readonly string[]> = {
    nothing: [],
    say(said, blocks) {
      asked.push(blocks.length)
      return [...said, ...blocks.map(({ id }) => id)]
    },
    ...(isWhole === undefined ? undefined : { isWhole }),
  }
  return { sayer, asked }
}

const ids = (blocks: readonly Block[]): readonly string[] => blocks.map(({ id }) => id)

describe('stretches', () => {
  it('stay as they are when the conversation goes on', () => {
    const blocks = steps('s', 100)
    const whole = splitStretches(blocks)
    expect(whole.flat()).toEqual(blocks)
    expect(whole.every((stretch) => stretch.length <= 8)).toBe(true)
    for (let length = 1; length < blocks.length; length += 7) {
      const begun = splitStretches(blocks.slice(0, length)).slice(0, -1)
      expect(begun).toEqual(whole.slice(0, begun.length))
    }
  })

  it('do not begin while a call has no result, nor in the middle of an answer', () => {
    const [call, result] = step('open')
    const talk = Array.from({ length: 60 }, () => [userBlock('Q'), assistantBlock('A')]).flat()
    const late = [call, ...talk, result].flatMap((block) => block ?? [])
    expect(splitStretches(late)).toHaveLength(1)
    const answer = Array.from({ length: 50 }, () => assistantBlock('A'))
    expect(splitStretches([userBlock('Q'), ...answer])).toHaveLength(1)
  })
})

describe('a memory of conversations', () => {
  it('has only what is new said, and the last stretch', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer, asked } = idSayer()
    const blocks = [userBlock('Q'), ...steps('s', 100)]
    expect(memory.say(blocks, '', sayer)).toEqual(ids(blocks))
    asked.length = 0
    const grown = [...blocks, ...step('more')]
    expect(memory.say(grown, '', sayer)).toEqual(ids(grown))
    expect(asked.length).toBeLessThan(3)
    expect(asked.every((count) => count <= 10)).toBe(true)
  })

  it('lets forks share what they have in common', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer, asked } = idSayer()
    const common = [userBlock('Q'), ...steps('s', 50)]
    const forks = [[...common, ...steps('one', 40)], [...common, ...steps('other', 40)], common]
    for (const fork of forks) memory.say(fork, '', sayer)
    asked.length = 0
    for (const fork of forks) expect(memory.say(fork, '', sayer)).toEqual(ids(fork))
    expect(asked).toHaveLength(3)
  })

  it('forgets a beginning that was said under other facts', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer, asked } = idSayer()
    const blocks = steps('s', 50)
    memory.say(blocks, 'here', sayer)
    asked.length = 0
    memory.say(blocks, 'there', sayer)
    expect(asked.reduce((sum, count) => sum + count)).toBe(blocks.length)
  })

  const talk = Array.from({ length: 10 }, () => [userBlock('Q'), assistantBlock('A')]).flat()

  it('does not take a beginning of which a block was changed', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer } = idSayer()
    memory.say(talk, '', sayer)
    const changed = [systemBlock('S'), ...talk.slice(1)]
    expect(memory.say(changed, '', sayer)).toEqual(ids(changed))
  })

  it('does not take a beginning whose last answer goes on elsewhere', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer, asked } = idSayer()
    memory.say(talk, '', sayer)
    asked.length = 0
    const goingOn = [...talk.slice(0, 8), assistantBlock('B'), userBlock('Q')]
    expect(memory.say(goingOn, '', sayer)).toEqual(ids(goingOn))
    expect(asked).toEqual([9, 1])
  })

  it('says all at once where a message of a provider is in two stretches', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const { sayer, asked } = idSayer()
    const blocks = [...steps('s', 40), ...step('again', 's3')]
    expect(memory.say(blocks, '', sayer)).toEqual(ids(blocks))
    expect(asked.at(-1)).toBe(blocks.length)
  })

  it('lets a stretch go on that is not whole, but not for ever', () => {
    const memory = new ConversationMemory<readonly string[]>()
    const never = idSayer(() => false)
    const blocks = steps('s', 200)
    expect(memory.say(blocks, '', never.sayer)).toEqual(ids(blocks))
    expect(never.asked).toEqual([256, 144])
    const { sayer, asked } = idSayer((stretch) => stretch.length >= 16)
    new ConversationMemory<readonly string[]>().say(blocks.slice(0, 52), '', sayer)
    expect(asked).toEqual([16, 16, 16, 4])
  })
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { countCommonBlocks, findBlockIndex, findResultIndex } from './block-list.ts'
import type { Block, ToolOutcome, Turn } from './index.ts'
import {
  appendBlocks,
  createTurn,
  pendingCalls,
  reasoningBlock,
  sealTurn,
  toolCallBlock,
  toolResultBlock,
  unansweredCalls,
  userBlock,
  validateTurn,
  withBlocks,
} from './index.ts'
import { watchBlocks } from './watched-block.test-helper.ts'

const user = (id: string) => userBlock('hi', { id, createdAt: 1 })

/** Blocks of which some may not stand together: ids and calls come twice, results without their calls. */
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.nat(30).map((id) => user(`u${id}`)),
  fc.nat(5).map((id) => reasoningBlock('hm', { id: `r${id}`, createdAt: 1, complete: false })),
  fc.tuple(fc.nat(9), fc.nat(30)).map(([call, id]) => {
    const fields = { callId: `call${call}`, name: 'tool', input: { state: 'parsed' as const, value: {} } }
    return toolCallBlock(fields, { id: `c${id}`, createdAt: 1 })
  }),
  fc.tuple(fc.nat(9), fc.nat(30), fc.constantFrom<ToolOutcome>('ok', 'pending')).map(([call, id, outcome]) => {
    const fields = { callId: `call${call}`, name: 'tool', outcome, content: 'x' }
    return toolResultBlock(fields, { id: `a${id}`, createdAt: 1 })
  }),
)

/** What happens to one of the turns so far: which, `of` says. */
const change = fc.record({
  of: fc.nat(),
  how: fc.constantFrom('append', 'append', 'append', 'insert', 'cut', 'seal'),
  at: fc.nat(),
  blocks: fc.array(block, { minLength: 1, maxLength: 4 }),
})

function sealed(turn: Turn): readonly Block[] {
  let ids = 0
  return sealTurn(turn, { nextId: () => `sealed${turn.blocks.length}-${++ids}`, now: () => 1 }).blocks
}

function take(turn: Turn, { how, at, blocks }: { how: string; at: number; blocks: readonly Block[] }): Turn {
  const position = at % (turn.blocks.length + 1)
  switch (how) {
    case 'append':
      return appendBlocks(turn, ...blocks)
    case 'insert':
      return withBlocks(turn, turn.blocks.toSpliced(position, 0, ...blocks))
    case 'cut':
      return withBlocks(turn, turn.blocks.slice(0, position))
    default:
      return withBlocks(turn, sealed(turn))
  }
}

/** What can be asked of a turn. */
const answers = (turn: Turn) => ({
  problems: validateTurn(turn),
  openProblems: validateTurn(turn, { open: true }),
  pending: pendingCalls(turn),
  unanswered: unansweredCalls(turn),
  sealed: sealed(turn),
  found: turn.blocks.map(({ id }) => findBlockIndex(turn.blocks, id)),
  results: turn.blocks.map((each) => (each.kind === 'tool-call' ? findResultIndex(turn.blocks, each.callId) : -1)),
  nowhere: [findBlockIndex(turn.blocks, 'nowhere'), findResultIndex(turn.blocks, 'nowhere')],
})

/** The same turn with a list of which nothing is known. */
const unknown = (turn: Turn): Turn => ({ ...turn, blocks: [...turn.blocks] })

afterEach(() => vi.restoreAllMocks())

describe('a list of blocks', () => {
  it('gives the same answers, whatever it grew from, as one of which nothing is known', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const turns = [createTurn({ id: 't', createdAt: 1 })]
        for (const each of changes) {
          const before = turns[each.of % Math.min(turns.length, 4)]
          if (before === undefined) continue
          const after = take(before, each)
          turns.unshift(after)
          expect(answers(after)).toEqual(answers(unknown(after)))
          expect(countCommonBlocks(before.blocks, after.blocks)).toBe(
            countCommonBlocks([...before.blocks], [...after.blocks]),
          )
        }
        // Also those that others went on from.
        for (const turn of turns) expect(answers(turn)).toEqual(answers(unknown(turn)))
      }),
      { numRuns: 300 },
    )
  })

  it('is looked at once: what is asked of a longer one is asked of its new blocks alone, also at a second attempt', () => {
    const { looks } = watchBlocks('old')
    let turn = createTurn({ blocks: [user('old')] })
    validateTurn(turn)
    const before = looks()
    expect(before).toBeGreaterThan(0)
    for (let count = 0; count < 50; count++) {
      const call = { callId: `call${count}`, name: 'tool' }
      expect(validateTurn(appendBlocks(turn, user('attempt'), user('more')))).toEqual([])
      turn = appendBlocks(turn, user(`u${count}`), toolCallBlock({ ...call, input: { state: 'parsed', value: {} } }))
      expect(validateTurn(turn, { open: true })).toEqual([])
      expect(unansweredCalls(turn)).toHaveLength(1)
      turn = sealTurn(turn)
      expect(validateTurn(turn)).toEqual([])
      expect(pendingCalls(turn)).toEqual([])
      expect(findBlockIndex(turn.blocks, `u${count}`)).toBe(turn.blocks.length - 3)
      turn = createTurn({ blocks: turn.blocks })
    }
    expect(looks()).toBe(before)
  })

  it('goes on from far behind the end of another without making that one be looked at again', () => {
    const { looks } = watchBlocks('u150')
    const long = appendBlocks(createTurn(), ...Array.from({ length: 300 }, (_, index) => user(`u${index}`)))
    expect(validateTurn(long)).toEqual([])
    const before = looks()
    expect(before).toBeGreaterThan(0)
    expect(validateTurn(withBlocks(long, [...long.blocks.slice(0, 10), user('other')]))).toEqual([])
    expect(validateTurn(long)).toEqual([])
    expect(findBlockIndex(long.blocks, 'u299')).toBe(299)
    expect(looks()).toBe(before)
  })

  it('that was not made here is not trusted, though it is frozen', () => {
    const answer = [user('a'), user('a')]
    const changing = Object.freeze(Object.defineProperty([user('b')], 0, { get: () => answer.pop(), enumerable: true }))
    const turn = createTurn({ blocks: changing })
    expect(validateTurn(turn)).toEqual([])
    answer.length = 0
    expect(turn.blocks).toEqual([user('a')])
    expect(validateTurn(turn)).toEqual([])
    expect(validateTurn({ ...turn, blocks: changing })).not.toEqual([])
  })

  it('does not keep what followed it', async () => {
    const early = createTurn({ blocks: [user('first')] })
    validateTurn(early)
    const late = new WeakRef(laterBlock(early))
    // A weak reference that was made or read in this task holds what it refers to until the task ends.
    await new Promise((resolve) => setTimeout(resolve))
    collectGarbage()
    expect(late.deref()).toBeUndefined()
    expect(validateTurn(early)).toEqual([])
  })
})

describe('what is known of a list', () => {
  it('is not kept by a shorter one that was cut from it', async () => {
    const { early, later } = cutFromLater()
    await new Promise((resolve) => setTimeout(resolve))
    collectGarbage()
    expect(later.deref()).toBeUndefined()
    expect(validateTurn(early)).toEqual([])
  })

  it('costs each block the same, however many calls are open', () => {
    const heapOf = (count: number) => {
      const before = heap()
      let turn = createTurn()
      const calls = Array.from({ length: count }, (_, index) => ({ callId: `call${index}`, name: 'tool' }))
      for (const call of calls)
        turn = appendBlocks(turn, toolCallBlock({ ...call, input: { state: 'parsed', value: {} } }))
      for (const call of calls) turn = appendBlocks(turn, toolResultBlock({ ...call, outcome: 'ok', content: 'x' }))
      expect(validateTurn(turn)).toEqual([])
      return heap() - before
    }
    heapOf(100)
    // Four times as many: 16 times the heap if each block keeps what is open.
    expect(heapOf(4_000) / heapOf(1_000)).toBeLessThan(6)
  })

  it('is let go where many branches are kept, and each was asked after another went on', async () => {
    const base = appendBlocks(createTurn(), ...Array.from({ length: 2_000 }, (_, index) => user(`u${index}`)))
    const branches = Array.from({ length: 100 }, (_, index) => appendBlocks(base, user(`branch${index}`)))
    for (const branch of branches) expect(validateTurn(branch)).toEqual([])
    const before = heap()
    for (const branch of branches) expect(findBlockIndex(branch.blocks, 'u7')).toBe(7)
    await new Promise((resolve) => setTimeout(resolve))
    // A map of 2,000 ids for each would be more than 100 kB each.
    expect(heap() - before).toBeLessThan(2_000_000)
    expect(branches).toHaveLength(100)
  })
})

function cutFromLater(): { readonly early: Turn; readonly later: WeakRef<Block> } {
  const later = user('later')
  const long = createTurn({ blocks: [user('first'), later] })
  validateTurn(long)
  const early = withBlocks(long, long.blocks.slice(0, 1))
  validateTurn(early)
  return { early, later: new WeakRef(later) }
}

function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function laterBlock(turn: Turn): Block {
  const later = user('later')
  validateTurn(appendBlocks(turn, later))
  return later
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

import { type Block, createTurn, type Turn, userBlock, withBlocks } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { fromDelta, History, toDelta } from './history.ts'
import { isSessionError } from './session-error.ts'

let counter = 0
const say = (text: string, id = `blk_${++counter}`): Block => userBlock(text, { id, createdAt: 1 })
const turnOf = (blocks: readonly Block[], id = `turn_${++counter}`): Turn => createTurn({ id, createdAt: 1, blocks })

/** The same numbers again for the same seed (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Some blocks inserted, replaced under their id, dropped, moved. */
function rewrite(blocks: readonly Block[], random: (below: number) => number): readonly Block[] {
  const changed = [...blocks]
  for (let edit = random(6); edit > 0; edit--) {
    const at = random(changed.length + 1)
    const known = changed[at]
    switch (random(4)) {
      case 0:
        changed.splice(at, 0, say('new'))
        break
      case 1:
        if (known !== undefined) changed[at] = say('replaced', known.id)
        break
      case 2:
        changed.splice(at, 1)
        break
      default:
        if (known !== undefined) changed.splice(random(changed.length), 0, ...changed.splice(at, 1))
    }
  }
  return changed
}

const sizeOf = (history: History) => history.deltas.reduce((sum, delta) => sum + delta.parts.length, 0)

describe('a turn as a delta to the one before', () => {
  it('comes back as it was, whatever was inserted, replaced, dropped or moved', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = createRandom(seed)
      const before = Array.from({ length: random(12) }, () => say('old'))
      const turn = turnOf(rewrite(before, random))
      const back = fromDelta(toDelta(turn, before), before)
      expect(back, `seed ${seed}`).toEqual(turn)
      expect(back.blocks.every((block, index) => block === turn.blocks[index])).toBe(true)
    }
  })

  it('says one stretch for what was only added to, replaced once or begun anew', () => {
    const before = [say('a'), say('b'), say('c'), say('d')]
    expect(toDelta(turnOf([...before, say('e')]), before).parts).toEqual([[0, 4], expect.anything()])
    const replaced = toDelta(turnOf(before.with(1, say('B', before[1]?.id))), before).parts
    expect(replaced).toEqual([[0, 1], expect.anything(), [2, 2]])
    expect(toDelta(turnOf([say('first'), ...before]), before).parts).toEqual([expect.anything(), [0, 4]])
  })

  it('refuses a delta to blocks that are not there', () => {
    const before = [say('a'), say('b')]
    const delta = toDelta(turnOf(before), before)
    expect(() => fromDelta(delta, before.slice(1))).toThrow(/refers to block 1 of the turn before, which has 1/)
  })
})

describe('a history', () => {
  it('gives every turn back as it was appended or last replaced, also after being restored', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = createRandom(seed)
      const history = new History()
      const turns: Turn[] = []
      for (let step = 0; step < 20; step++) {
        const turn = turnOf(rewrite(turns.at(-1)?.blocks ?? [], random))
        if (turns.length > 0 && random(3) === 0) {
          history.replaceLatest(turn)
          turns[turns.length - 1] = turn
        } else {
          history.append(turn)
          turns.push(turn)
        }
      }
      const restored = History.of(history.deltas, () => false)
      expect(
        turns.map((_, index) => history.get(index)),
        `seed ${seed}`,
      ).toEqual(turns)
      expect(
        turns.map((_, index) => restored.get(index)),
        `seed ${seed}`,
      ).toEqual(turns)
      expect(restored.latest).toEqual(turns.at(-1))
      restored.replaceLatest(withBlocks(restored.get(turns.length - 1), [...(turns.at(-1)?.blocks ?? []), say('more')]))
      expect(restored.get(turns.length - 1).blocks).toHaveLength((turns.at(-1)?.blocks.length ?? 0) + 1)
    }
  })

  it('grows with the blocks, not with the turns that share them (P11)', () => {
    const history = new History()
    let blocks: readonly Block[] = []
    for (let index = 0; index < 2_000; index++) {
      blocks = [...blocks, say('user'), say('assistant')]
      history.append(turnOf(blocks))
    }
    expect(sizeOf(history)).toBeLessThanOrEqual(2_000 * 3)
  })

  it('grows no faster where an engine gives back copies of the blocks, and says what such a copy changed', () => {
    const history = new History()
    for (let index = 0; index < 200; index++) {
      const copied: readonly Block[] = structuredClone(history.latest?.blocks ?? [])
      history.append(turnOf([...copied, say('user')]))
      history.replaceLatest(turnOf([...structuredClone(history.latest?.blocks ?? []), say('assistant')]))
    }
    expect(sizeOf(history)).toBeLessThanOrEqual(200 * 3)
    expect(history.latest?.blocks[0]).toBe(history.get(0).blocks[0])
    const first = history.latest?.blocks[0]
    const changed = structuredClone(history.latest?.blocks ?? []).with(0, say('rewritten', first?.id))
    history.append(turnOf([say('in front'), ...changed]))
    expect(history.latest?.blocks[1]).toEqual(changed[0])
    expect(history.deltas.at(-1)?.parts).toEqual([expect.anything(), changed[0], [1, 399]])
  })

  it('is restored without making each turn whole: ten thousand turns in a moment', () => {
    const deltas = Array.from({ length: 10_000 }, (_, index) => ({
      id: `turn_${index}`,
      createdAt: 1,
      metadata: {},
      data: {},
      parts: index === 0 ? [say('x')] : [[0, index] as const, say('x')],
    }))
    const history = History.of(deltas, () => true)
    expect(history.latest?.blocks).toHaveLength(10_000)
    expect(history.get(5_000).blocks).toHaveLength(5_001)
    expect(history.get(5_000).blocks[0]).toBe(deltas[0]?.parts[0])
    expect(history.isCompleted(9_999)).toBe(true)
  })

  it('says which turns there are when asked for one that is not', () => {
    const history = new History()
    history.append(turnOf([say('a')]))
    for (const index of [-1, 1, 0.5, Number.NaN])
      try {
        history.get(index)
        expect.unreachable()
      } catch (error) {
        expect(isSessionError(error) && error.code).toBe('no_such_turn')
      }
  })

  it('says so when stored turns do not belong together', () => {
    const facts = { createdAt: 1, metadata: {}, data: {} }
    const deltas = [
      { ...facts, id: 'one', parts: [say('a')] },
      { ...facts, id: 'two', parts: [[0, 3] as const] },
      { ...facts, id: 'three', parts: [[0, 3] as const, say('b')] },
    ]
    expect(() => History.of(deltas, () => false)).toThrow(/do not belong together/)
  })

  it('forgets that a turn was completed when another takes its place, and keeps it in a cut', () => {
    const history = new History()
    history.append(turnOf([say('a')]))
    history.completeLatest()
    history.append(turnOf([say('b')]))
    expect([history.isCompleted(0), history.isCompleted(1)]).toEqual([true, false])
    expect(history.upTo(0).isCompleted(0)).toBe(true)
    expect(history.upTo(0).count).toBe(1)
  })
})

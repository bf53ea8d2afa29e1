import { type Block, createTurn, type Turn, withBlocks } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { TurnChange } from '../records/turn-change.ts'
import { createRandom, rewrite, say, turnWith } from '../rewritten-blocks.test-helper.ts'
import { History } from './history.ts'

const sizeOf = (history: History) => history.changesSince(0).reduce((sum, { parts }) => sum + parts.length, 0)

/** The history that a store would give back. */
function restoredFrom(history: History): History {
  const restored = new History()
  for (const change of history.changesSince(0)) {
    expect(restored.findMisfit(change)).toBeUndefined()
    restored.apply(change)
  }
  if (history.headId !== undefined) restored.checkout(history.headId)
  return restored
}

const branchesAt = (history: History, index: number) =>
  history.transcribe(history.latest ?? createTurn(), history.count).turns[index]?.branches

const turnsOf = (history: History) => Array.from({ length: history.count }, (_, index) => history.get(index))

describe('a history', () => {
  it('gives every turn back as it was appended or last replaced, also after being restored', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = createRandom(seed)
      const history = new History()
      const turns: Turn[] = []
      for (let step = 0; step < 20; step++) {
        const blocks = rewrite(turns.at(-1)?.blocks ?? [], random)
        const last = turns.at(-1)
        if (last !== undefined && random(3) === 0) {
          const lists = Array.from({ length: random(3) }, (_, index) => index)
          const turn = createTurn({ ...last, blocks, metadata: { [`key${random(3)}`]: lists, grows: [step] } })
          history.replaceLatest(turn)
          turns[turns.length - 1] = turn
        } else {
          const turn = createTurn({ ...turnWith(blocks), data: { [`key${random(3)}`]: random(2), stays: [1, 2] } })
          history.append(turn)
          turns.push(turn)
        }
      }
      const restored = restoredFrom(history)
      expect(turnsOf(history), `seed ${seed}`).toEqual(turns)
      expect(turnsOf(restored), `seed ${seed}`).toEqual(turns)
      expect(restored.latest).toEqual(turns.at(-1))
      const latest = restored.get(turns.length - 1)
      restored.replaceLatest(withBlocks(latest, [...latest.blocks, say('more')]))
      expect(restored.get(turns.length - 1).blocks).toHaveLength(latest.blocks.length + 1)
    }
  })

  it('grows with the blocks, not with the turns that share them (P11)', () => {
    const history = new History()
    let blocks: readonly Block[] = []
    for (let index = 0; index < 2_000; index++) {
      blocks = [...blocks, say('user'), say('assistant')]
      history.append(turnWith(blocks))
    }
    expect(sizeOf(history)).toBeLessThanOrEqual(2_000 * 3)
  })

  it('grows with what a long run adds, not with what it has', () => {
    const history = new History()
    history.append(turnWith([say('user')]))
    for (let step = 0; step < 500; step++) {
      const { latest } = history
      if (latest === undefined) break
      const calls = [...(Array.isArray(latest.metadata.calls) ? latest.metadata.calls : []), { step }]
      history.replaceLatest(createTurn({ ...latest, blocks: [...latest.blocks, say('step')], metadata: { calls } }))
    }
    expect(sizeOf(history)).toBeLessThanOrEqual(500 * 2 + 1)
    expect(JSON.stringify(history.changesSince(0)).length).toBeLessThan(500 * 300)
    expect(restoredFrom(history).latest).toEqual(history.latest)
    expect(history.latest?.metadata.calls).toHaveLength(500)
  })

  it('grows no faster where an engine gives back copies of the blocks, and says what such a copy changed', () => {
    const history = new History()
    for (let index = 0; index < 200; index++) {
      const copied: readonly Block[] = structuredClone(history.latest?.blocks ?? [])
      history.append(turnWith([...copied, say('user')]))
      const answered = [...structuredClone(history.latest?.blocks ?? []), say('assistant')]
      history.replaceLatest(turnWith(answered, history.headId))
    }
    expect(sizeOf(history)).toBeLessThanOrEqual(200 * 4)
    expect(history.latest?.blocks[0]).toBe(history.get(0).blocks[0])
    const first = history.latest?.blocks[0]
    const changed = structuredClone(history.latest?.blocks ?? []).with(0, say('rewritten', first?.id))
    history.append(turnWith([say('in front'), ...changed]))
    expect(history.latest?.blocks[1]).toEqual(changed[0])
    expect(history.changesSince(0).at(-1)?.parts).toEqual([expect.anything(), changed[0], [1, 399]])
  })

  it('adds nothing where a further state is the same', () => {
    const history = new History()
    const turn = createTurn({ ...turnWith([say('a')]), data: { tools: [{ name: 'x' }] } })
    history.append(turn)
    history.replaceLatest(
      createTurn({ ...turn, blocks: structuredClone(turn.blocks), data: structuredClone(turn.data) }),
    )
    history.append(turnWith([], 'empty'))
    history.replaceLatest(turnWith([], 'empty'))
    expect(history.changesSince(0).map(({ id }) => id)).toEqual([turn.id, 'empty'])
  })

  it('is restored without making each turn whole: ten thousand turns in a moment', () => {
    const changes = Array.from({ length: 10_000 }, (_, index): TurnChange => {
      const parts = index === 0 ? [say('x')] : [[0, index] as const, say('x')]
      return { id: `turn_${index}`, after: index === 0 ? null : `turn_${index - 1}`, parts }
    })
    const history = new History()
    for (const change of changes) {
      if (history.findMisfit(change) === undefined) history.apply(change)
      history.complete(change.id)
    }
    expect(history.latest?.blocks).toHaveLength(10_000)
    expect(history.get(5_000).blocks).toHaveLength(5_001)
    expect(history.get(5_000).blocks[0]).toBe(changes[0]?.parts[0])
    expect(history.isCompleted).toBe(true)
  })

  it('says which turns there are when asked for one that is not', () => {
    const history = new History()
    history.append(turnWith([say('a')]))
    for (const index of [-1, 1, 0.5, Number.NaN])
      for (const ask of [() => history.get(index), () => history.cutTo(index)])
        expect(ask).toThrow(expect.objectContaining({ code: 'no_such_turn' }))
    expect(() => history.checkout('nowhere')).toThrow(expect.objectContaining({ code: 'no_such_turn' }))
  })

  it('keeps in a cut what was completed', () => {
    const history = new History()
    history.append(turnWith([say('a')]))
    history.completeLatest()
    history.append(turnWith([say('b')]))
    expect(history.isCompleted).toBe(false)
    expect(history.cutTo(0).isCompleted).toBe(true)
    expect(history.cutTo(0).count).toBe(1)
  })
})

describe('a history with branches', () => {
  const texts = (history: History) =>
    history.latest?.blocks.map((block) => (block.kind === 'user' ? block.content : []))
  const ids = (history: History) => turnsOf(history).map(({ id }) => id)

  function branched(): History {
    const history = new History()
    const root = turnWith([say('one')], 'a')
    history.append(root)
    history.append(turnWith([...root.blocks, say('two')], 'b'))
    history.append(turnWith([...(history.latest?.blocks ?? []), say('three')], 'c'))
    history.appendBeside(1, turnWith([...root.blocks, say('other')], 'b2'))
    return history
  }

  it('goes on from the turn that was appended beside another, and overwrites nothing', () => {
    const history = branched()
    expect(ids(history)).toEqual(['a', 'b2'])
    history.checkout('c')
    expect(ids(history)).toEqual(['a', 'b', 'c'])
    history.checkout('a')
    history.append(turnWith([say('fresh')], 'd'))
    expect(ids(history)).toEqual(['a', 'd'])
    expect(ids(restoredFrom(history))).toEqual(['a', 'd'])
  })

  it('tells the branches at a turn, with where each of them ends', () => {
    const history = branched()
    const branches = [
      { turnId: 'b', tipId: 'c', isCurrent: false },
      { turnId: 'b2', tipId: 'b2', isCurrent: true },
    ]
    expect(branchesAt(history, 1)).toEqual(branches)
    expect(branchesAt(history, 0)).toEqual([{ turnId: 'a', tipId: 'b2', isCurrent: true }])
    history.appendBeside(0, turnWith([say('another start')], 'root2'))
    expect(branchesAt(history, 0)).toEqual([
      { turnId: 'a', tipId: 'b2', isCurrent: false },
      { turnId: 'root2', tipId: 'root2', isCurrent: true },
    ])
  })

  it('leaves the turns that follow as they are when the one before them gets another state', () => {
    const history = branched()
    history.checkout('c')
    const before = history.latest
    history.checkout('b')
    history.replaceLatest(turnWith([say('rewritten')], 'b'))
    history.checkout('c')
    expect(history.latest).toEqual(before)
    expect(restoredFrom(history).latest).toEqual(before)
    expect(texts(history)).toHaveLength(3)
    expect(history.cutTo(2).latest).toEqual(before)
    expect(history.cutTo(2).get(1).blocks).toHaveLength(1)
  })

  it('has in a cut no other branch, and refuses an id that another branch has', () => {
    const history = branched()
    expect(history.cutTo(1).has('c')).toBe(false)
    expect(() => history.append(turnWith([], 'c'))).toThrow(expect.objectContaining({ code: 'duplicate_turn' }))
    expect(ids(history)).toEqual(['a', 'b2'])
  })
})

import { type Block, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createRandom, rewrite, say } from '../rewritten-blocks.test-helper.ts'
import { blocksOf, findOverlap, sizeOfParts, toParts, withKnownBlocks } from './block-parts.ts'

const listOf = (blocks: readonly Block[]) => ({ change: { parts: blocks }, base: undefined })

describe('blocks as parts of those before', () => {
  it('come back as they were, whatever was inserted, replaced, dropped or moved, over several states', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = createRandom(seed)
      let blocks: readonly Block[] = Array.from({ length: random(12) }, () => say('old'))
      let list: Parameters<typeof blocksOf>[0] = listOf(blocks)
      for (let step = 0; step < 4; step++) {
        const next = rewrite(blocks, random)
        list = { change: { parts: toParts(next, blocks) }, base: list }
        blocks = next
        const back = blocksOf(list)
        expect(findOverlap(list.change.parts.filter((part) => !('kind' in part)))).toBeUndefined()
        expect(back, `seed ${seed}`).toHaveLength(blocks.length)
        expect(sizeOfParts(list.change.parts)).toBe(blocks.length)
        expect(back.every((block, index) => block === blocks[index])).toBe(true)
      }
    }
  })

  it('are one stretch where they were only added to, replaced once or begun anew', () => {
    const before = [say('a'), say('b'), say('c'), say('d')]
    expect(toParts([...before, say('e')], before)).toEqual([[0, 4], expect.anything()])
    const replaced = toParts(before.with(1, say('B', before[1]?.id)), before)
    expect(replaced).toEqual([[0, 1], expect.anything(), [2, 2]])
    expect(toParts([say('first'), ...before], before)).toEqual([expect.anything(), [0, 4]])
  })

  it('are the known ones where they are copies, and a copy that was changed is not one', () => {
    const before = [say('a'), say('b')]
    const changed = userBlock('B', { id: before[1]?.id ?? '', createdAt: 1 })
    const known = withKnownBlocks([say('in front'), ...structuredClone(before)], before)
    expect([known[1], known[2]].map((block, index) => block === before[index])).toEqual([true, true])
    expect(withKnownBlocks([changed], before)).toEqual([changed])
  })
})

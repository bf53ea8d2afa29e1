import { type Block, createTurn, type Turn, userBlock } from '@geppetto/turns'

let counter = 0
export const say = (text: string, id: string = `blk_${++counter}`): Block => userBlock(text, { id, createdAt: 1 })
export const turnWith = (blocks: readonly Block[], id: string = `turn_${++counter}`): Turn =>
  createTurn({ id, createdAt: 1, blocks })

/** The same numbers again for the same seed (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Some blocks inserted, replaced under their id, dropped, moved. */
export function rewrite(blocks: readonly Block[], random: (below: number) => number): readonly Block[] {
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

import { describe, expect, it } from 'vitest'
import type { Block, Turn } from './index.ts'
import {
  appendBlocks,
  assistantBlock,
  createTurn,
  decodeTurn,
  encodeTurn,
  rebaseView,
  replaceBlock,
  stringifyTurn,
  systemBlock,
  userBlock,
  viewedTurn,
  withBlocks,
  withoutView,
  withView,
} from './index.ts'

const block = (id: string, text = id): Block => userBlock(text, { id, createdAt: 1 })
const a = block('a')
const b = block('b')
const c = block('c')
const answer = assistantBlock('answer', { id: 'answer', createdAt: 1 })
const summary = systemBlock('a and b were said', { id: 'summary', createdAt: 1 })
const full = createTurn({ id: 't', createdAt: 1, blocks: [a, b, c], data: { d: 1 } })
const ids = (turn: Turn): string => turn.blocks.map(({ id }) => id).join(' ')

describe('a turn without a view', () => {
  it('is itself where it was made here and is no view', () => {
    expect(withoutView(full)).toBe(full)
  })

  it('has what the view showed, and names no other turn', () => {
    const turn = withoutView(withView(full, [c]))
    expect(viewedTurn(turn)).toBeUndefined()
    expect([ids(turn), turn.data, turn.id]).toEqual(['c', { d: 1 }, 't'])
  })

  it('is a copy of what another made, with the fields of a later version', () => {
    const foreign = { ...structuredClone(full), later: { field: 1 } }
    const turn = withoutView(foreign)
    foreign.later.field = 2
    expect(turn).toEqual({ ...structuredClone(full), later: { field: 1 } })
  })
})

describe('a view', () => {
  it('has its own blocks and the facts of the turn, which it names', () => {
    const view = withView(full, [c])
    expect(ids(view)).toBe('c')
    expect(view).toMatchObject({ id: 't', data: { d: 1 } })
    expect(viewedTurn(view)).toBe(full)
    expect(viewedTurn(full)).toBeUndefined()
    expect([view, view.blocks].every(Object.isFrozen)).toBe(true)
  })

  it('stays one through a spread, an append and a replacement', () => {
    const view = withView(full, [c])
    const changed = [{ ...view }, appendBlocks(view, answer), replaceBlock(view, block('c', 'C')), withBlocks(view, [])]
    for (const turn of changed) expect(viewedTurn(turn)).toBe(full)
  })

  it('does not show in JSON, nor in what is stored', () => {
    const view = withView(full, [c])
    expect(JSON.parse(JSON.stringify(view))).toEqual(JSON.parse(JSON.stringify(withBlocks(full, [c]))))
    expect(Object.getOwnPropertySymbols(encodeTurn(view).turn)).toEqual([])
    expect(stringifyTurn(view)).toBe(stringifyTurn(withBlocks(full, [c])))
    expect(viewedTurn(decodeTurn(encodeTurn(view)))).toBeUndefined()
  })
})

describe('rebasing what came back', () => {
  const rebase = (sent: Turn, change: (turn: Turn) => Turn): Turn => {
    const result = rebaseView(sent, change(sent))
    // Whoever wraps a middleware may do it again.
    expect(rebaseView(sent, result)).toEqual(result)
    return result
  }

  it('returns the result itself when nothing was a view', () => {
    const result = appendBlocks(full, answer)
    expect(rebaseView(full, result)).toBe(result)
  })

  it('keeps the blocks that the view left out, and adds the new ones behind', () => {
    const result = rebase(withView(full, [c]), (turn) => appendBlocks(turn, answer))
    expect(ids(result)).toBe('a b c answer')
    expect(viewedTurn(result)).toBeUndefined()
  })

  it('leaves out a summary that was made for the view alone, also when it came back changed', () => {
    const view = withView(full, [summary, c])
    expect(ids(rebase(view, (turn) => appendBlocks(turn, answer)))).toBe('a b c answer')
    expect(ids(rebase(view, (turn) => replaceBlock(turn, { ...summary, text: 'x' })))).toBe('a b c')
  })

  it('does not let a shortened block replace the full one, not even as a copy', () => {
    const short = block('a', 'a…')
    const view = withView(full, [short, c])
    expect(rebase(view, (turn) => appendBlocks(turn, answer)).blocks[0]).toBe(a)
    const copied = rebaseView(view, withBlocks(view, structuredClone(view.blocks)))
    expect(copied.blocks).toEqual([a, b, c])
  })

  it('takes a block that was replaced under its id, in its place', () => {
    const changed = block('b', 'B')
    const result = rebase(withView(full, [b, c]), (turn) => replaceBlock(appendBlocks(turn, answer), changed))
    expect(ids(result)).toBe('a b c answer')
    expect(result.blocks[1]).toBe(changed)
  })

  it('loses nothing when what came back lacks blocks', () => {
    expect(ids(rebase(withView(full, [b, c]), (turn) => withBlocks(turn, [answer])))).toBe('a b c answer')
  })

  it('takes metadata and data from the result', () => {
    const result = rebase(withView(full, [c]), (turn) => ({ ...turn, metadata: { calls: 1 }, data: {} }))
    expect(result).toMatchObject({ id: 't', metadata: { calls: 1 }, data: {} })
  })

  it('unwinds nested views one at a time, also when an outer wrapper does it early', () => {
    const outer = withView(full, [b, c])
    const inner = withView(outer, [summary, c])
    const result = appendBlocks(inner, answer)
    const afterInner = rebaseView(inner, result)
    expect(ids(afterInner)).toBe('b c answer')
    expect(viewedTurn(afterInner)).toBe(full)
    const afterOuter = rebaseView(outer, afterInner)
    expect(ids(afterOuter)).toBe('a b c answer')
    expect(viewedTurn(afterOuter)).toBeUndefined()
  })

  it('goes from nothing shown to everything kept', () => {
    expect(ids(rebase(withView(full, []), (turn) => appendBlocks(turn, answer)))).toBe('a b c answer')
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../tools/workspace.ts'
import { budgets, findExcesses, findLeftovers } from './budgets.ts'
import { measureSizes, type Sizes } from './measure-sizes.ts'
import { keptPage, sizePage } from './size-page.ts'

let sizes: Sizes
beforeAll(async () => {
  sizes = await measureSizes()
})

describe('what is installed and bundled', () => {
  it('is within its budget', () => {
    expect(findExcesses(sizes, budgets)).toEqual([])
  })

  it('has a budget, and nothing else has', () => {
    expect(findLeftovers(sizes, budgets)).toEqual([])
  })

  it('is in docs/size.md as it is', async () => {
    const page = join(root, 'docs/size.md')
    const present = existsSync(page) ? readFileSync(page, 'utf8') : ''
    const expected = keptPage(present, sizePage(sizes, budgets))
    await expect(expected, 'to write the page anew: npm test -- bench/size -u').toMatchFileSnapshot(page)
  })
})

describe('a budget', () => {
  const one: Sizes = {
    packages: { a: { packages: 2, packedKB: 10, ownKB: 20, installedKB: 30 } },
    bundles: { program: 5.01 },
  }
  const enough = {
    packages: { a: { packages: 2, packedKB: 10, installedKB: 30 } },
    bundles: { program: 5.1 },
    instantiationsOf200Tools: 1,
  }

  it('is kept by what is just as large', () => {
    expect(findExcesses(one, enough)).toEqual([])
  })

  it('is missed by each figure that is larger, and by what has none', () => {
    const tight = { ...enough, packages: { a: { packages: 1, packedKB: 9.9, installedKB: 29 } }, bundles: {} }
    expect(findExcesses(one, tight)).toEqual([
      'a, with what it depends on, is 2 packages, over its budget of 1 packages',
      'a, packed, is 10 KB, over its budget of 9.9 KB',
      'a, installed, is 30 KB, over its budget of 29 KB',
      'the bundle of program has no budget in bench/size/budgets.json: it is 5.1 KB',
    ])
  })

  it('is left over where nothing is there that needs it', () => {
    expect(findLeftovers({ packages: {}, bundles: {} }, enough)).toEqual(['a', 'program'])
  })
})

describe('the page', () => {
  const pageOf = (packedKB: number, name = 'a'): string =>
    sizePage({ packages: { [name]: { packages: 2, packedKB, ownKB: 20, installedKB: 3_000 } }, bundles: {} }, budgets)

  it('stays as it is where a figure moves by less than a tenth', () => {
    expect(keptPage(pageOf(100), pageOf(109))).toBe(pageOf(100))
    expect(keptPage(pageOf(100), pageOf(91))).toBe(pageOf(100))
  })

  it.each([
    ['a figure that is off', pageOf(89)],
    ['another package', pageOf(100, 'b')],
  ])('is written anew for %s', (_what, fresh) => {
    expect(keptPage(pageOf(100), fresh)).toBe(fresh)
  })
})

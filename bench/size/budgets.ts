import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sizes } from './measure-sizes.ts'

/** The most that a package may bring with it. */
interface PackageBudget {
  readonly packages: number
  readonly packedKB: number
  readonly installedKB: number
}

/** The most of everything: `budgets.json`. */
export interface Budgets {
  readonly packages: Readonly<Record<string, PackageBudget>>
  readonly bundles: Readonly<Record<string, number>>
  /** How many types the compiler makes of generic ones in a program with 200 tools. */
  readonly instantiationsOf200Tools: number
}

export const budgets: Budgets = JSON.parse(readFileSync(join(import.meta.dirname, 'budgets.json'), 'utf8'))

/** What has no budget, or is over it: one line for each. */
export function findExcesses(sizes: Sizes, { packages, bundles }: Budgets): string[] {
  const excesses: string[] = []
  const compare = (what: string, unit: string, size: number, budget: number | undefined): void => {
    if (budget === undefined)
      excesses.push(`${what} has no budget in bench/size/budgets.json: it is ${format(size)}${unit}`)
    else if (size > budget) excesses.push(`${what} is ${format(size)}${unit}, over its budget of ${budget}${unit}`)
  }
  for (const [name, size] of Object.entries(sizes.packages)) {
    compare(`${name}, with what it depends on,`, ' packages', size.packages, packages[name]?.packages)
    compare(`${name}, packed,`, ' KB', size.packedKB, packages[name]?.packedKB)
    compare(`${name}, installed,`, ' KB', size.installedKB, packages[name]?.installedKB)
  }
  for (const [name, size] of Object.entries(sizes.bundles)) compare(`the bundle of ${name}`, ' KB', size, bundles[name])
  return excesses
}

/** What has a budget and is not there any more. */
export function findLeftovers(sizes: Sizes, { packages, bundles }: Budgets): string[] {
  const gone = (of: object, among: object): string[] => Object.keys(of).filter((name) => !Object.hasOwn(among, name))
  return [...gone(packages, sizes.packages), ...gone(bundles, sizes.bundles)]
}

function format(size: number): string {
  return String(Math.ceil(size * 10) / 10)
}

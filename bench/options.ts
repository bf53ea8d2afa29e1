import { parseArgs } from 'node:util'
import { type SectionName, sectionNames } from './sections/section.ts'

/** What a run measures. */
export interface BenchOptions {
  /** Parts of the names of clients, or `ours`, `peers`; the floors run along. Default: all. */
  readonly only: readonly string[] | undefined
  readonly sections: readonly SectionName[]
  /** A part of the names of the cases to measure. Default: all. */
  readonly match: string
  /** Few rounds, and no long cases. */
  readonly isQuick: boolean
  readonly rounds: number
  /** Whether it goes into `docs/benchmarks.md`. */
  readonly writes: boolean
  /** Whether the process fails where a target is missed by more than the noise. */
  readonly checks: boolean
}

/** @throws Error naming the option that is wrong */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      section: { type: 'string' },
      match: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      write: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  })
  const { only, section, match, quick: isQuick, check: checks } = values
  const rounds = Number(values.rounds ?? (isQuick ? 3 : 7))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a number from 1')
  const isWhole = only === undefined && section === undefined && match === '' && !isQuick
  return {
    only: only?.split(',') ?? (checks ? ['ours'] : undefined),
    sections: section === undefined ? sectionNames : section.split(',').map(sectionOf),
    match,
    isQuick,
    rounds,
    writes: values.write || (isWhole && !checks),
    checks,
  }
}

function sectionOf(name: string): SectionName {
  const found = sectionNames.find((known) => known === name)
  if (found === undefined) throw new Error(`there is no section ${name}: ${sectionNames.join(', ')}`)
  return found
}

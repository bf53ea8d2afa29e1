// What was measured, as it is kept beside the report.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SectionName } from './sections/section.ts'

/** The rounds of one figure. */
export interface Figure {
  readonly median: number
  /** What lies between the lower and the upper quarter of the rounds. */
  readonly noise: number
}

/** What one client did in one case. */
export interface Row {
  readonly section: SectionName
  readonly case: string
  readonly client: string
  readonly figures: Readonly<Record<string, Figure>>
  /** Why there are no figures. */
  readonly fault?: string
}

/** The machine, and when. */
export interface Circumstances {
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  /** Of the last minute, at the beginning and at the end. */
  readonly load: readonly number[]
  readonly rounds: number
  /** By the package's name. */
  readonly versions: Readonly<Record<string, string>>
}

export interface Results {
  readonly circumstances: Circumstances
  readonly rows: readonly Row[]
}

const path = join(import.meta.dirname, 'results.json')

export function readResults(): Results | undefined {
  if (!existsSync(path)) return undefined
  const results: Results = JSON.parse(readFileSync(path, 'utf8'))
  return results
}

export function writeResults(results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}

/** The new rows, and those of before that were not measured again. */
export function layOver(before: Results | undefined, { circumstances, rows }: Results): Results {
  const measured = new Set(rows.map(keyOf))
  const kept = before?.rows.filter((row) => !measured.has(keyOf(row))) ?? []
  const versions = { ...before?.circumstances.versions, ...circumstances.versions }
  return { circumstances: { ...circumstances, versions }, rows: [...kept, ...rows] }
}

function keyOf(row: Row): string {
  return JSON.stringify([row.section, row.case, row.client])
}

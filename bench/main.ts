// `npm run bench`: measures, prints, and writes docs/benchmarks.md.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installFrozen } from '../tools/install-frozen.ts'
import { chooseClients } from './choose-clients.ts'
import { circumstancesOf } from './circumstances.ts'
import { judge } from './judge.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { sectionTables } from './report/section-tables.ts'
import { verdictLine } from './report/target-table.ts'
import { writeReport } from './report/write-report.ts'
import { layOver, type Results, type Row, readResults, writeResults } from './results.ts'
import { type Bench, runCase } from './run-case.ts'
import { sections } from './sections/all.ts'
import type { Case, Section } from './sections/section.ts'
import { startMockProvider } from './server/start-server.ts'
import { targets } from './targets.ts'

const options = readOptions(process.argv.slice(2))
const clients = chooseClients(options.only)
if (clients.some(({ level }) => level === 'peer')) installFrozen(join(import.meta.dirname, 'peers'), 'the peers')
const circumstances = circumstancesOf(options.rounds, clients)

const folder = await mkdtemp(join(tmpdir(), 'geppetto-bench-'))
const server = await startMockProvider()
try {
  const rows = await measure({ server: server.address, folder, rounds: options.rounds })
  if (options.checks) check({ circumstances: circumstances(), rows })
} finally {
  server.stop()
  await rm(folder, { recursive: true })
}

async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const section of sections.filter(({ name }) => options.sections.includes(name))) {
    for (const measured of section.cases.filter((candidate) => isMeasured(candidate, options))) {
      console.error(`${new Date().toISOString().slice(11, 19)} ${section.name}: ${measured.name}`)
      rows.push(...(await runCase(section, measured, clients, bench)))
      // Kept at once: a run takes long, and may be stopped.
      if (options.writes) keep({ circumstances: circumstances(), rows })
    }
    print(section, rows)
  }
  return rows
}

function isMeasured({ name, isLong }: Case, { isQuick, match }: BenchOptions): boolean {
  return name.includes(match) && !(isQuick && isLong === true)
}

function keep(results: Results): void {
  const all = layOver(readResults(), results)
  writeResults(all)
  writeReport(all)
}

function print(section: Section, rows: readonly Row[]): void {
  const tables = sectionTables(section, rows)
  if (tables.length > 0) console.log(`\n## ${section.title}\n\n${tables.join('\n\n')}`)
  for (const { section: name, case: caseName, client, fault } of rows)
    if (name === section.name && fault !== undefined) console.log(`\nfailed: ${caseName}: ${client}: ${fault}`)
}

function check(results: Results): void {
  const verdicts = judge(targets, results).filter(({ state }) => state !== 'not measured')
  console.log(`\n${verdicts.map(verdictLine).join('\n')}`)
  if (verdicts.some(({ state }) => state === 'missed')) process.exitCode = 1
}

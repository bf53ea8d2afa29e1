import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownClients } from '../clients/catalogue.ts'
import type { Results } from '../results.ts'
import { type Bar, barPlot } from './plot.ts'
import { plotFile, report } from './report.ts'

const documents = join(import.meta.dirname, '..', '..', 'docs')

/** Writes `docs/benchmarks.md` and its plot. */
export function writeReport(results: Results): void {
  writeFileSync(join(documents, 'benchmarks.md'), report(results))
  const title = 'Chat Completions, 2,000 deltas: CPU time, times the floor (less is better)'
  writeFileSync(join(documents, plotFile), barPlot(title, streamingBars(results)))
}

function streamingBars({ rows }: Results): Bar[] {
  return rows
    .filter(({ section, case: name }) => section === 'streaming' && name === 'chat, 2,000 deltas')
    .flatMap(({ client, figures }) => {
      const value = figures['cpuRatio']?.median
      return value === undefined ? [] : [{ name: client, value, kind: kindOf(client) }]
    })
}

function kindOf(name: string): Bar['kind'] {
  const level = ownClients.find((client) => client.name === name)?.level
  if (level === undefined) return 'peer'
  return level === 'floor' ? 'floor' : 'ours'
}

import { cpus, loadavg, totalmem } from 'node:os'
import type { ClientInfo } from './clients/client-info.ts'
import type { Circumstances } from './results.ts'
import { installedVersion } from './versions.ts'

/** What is true of a run from its beginning; the load is asked for again whenever it is called. */
export function circumstancesOf(rounds: number, clients: readonly ClientInfo[]): () => Circumstances {
  const begin = loadavg()[0] ?? Number.NaN
  const date = new Date().toISOString()
  const names = new Set(clients.filter(({ level }) => level === 'peer').flatMap(({ packages }) => packages))
  const versions = Object.fromEntries([...names].sort().map((name) => [name, installedVersion(name) ?? 'unknown']))
  return () => ({
    date,
    node: process.versions.node,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: totalmem() / 2 ** 30,
    load: [begin, loadavg()[0] ?? Number.NaN],
    rounds,
    versions,
  })
}

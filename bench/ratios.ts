// For the end of `npm test`: how far we are from the floor, in a few seconds. Tells, and fails nobody.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownClients } from './clients/catalogue.ts'
import { formatNumber } from './report/format.ts'
import { runCase } from './run-case.ts'
import type { Case } from './sections/section.ts'
import { streaming } from './sections/streaming.ts'
import { startMockProvider } from './server/start-server.ts'

const clients = ownClients.filter(
  ({ name }) => name === streaming.base || name === 'session /fetch' || name === 'session SDK',
)
const task = { command: 'work', api: 'chat', scenario: { deltas: 2_000 }, repeats: 4 } as const
const quick: Case = { name: 'chat, 2,000 deltas', takes: () => true, work: { task } }

const folder = await mkdtemp(join(tmpdir(), 'geppetto-ratios-'))
const server = await startMockProvider()
try {
  const rows = await runCase(streaming, quick, clients, { server: server.address, folder, rounds: 3 })
  const said = rows
    .filter(({ client }) => client !== streaming.base)
    .map(
      ({ client, figures, fault }) =>
        `${client} ${fault ?? formatNumber(figures['cpuRatio']?.median ?? Number.NaN, 2)}`,
    )
  console.log(
    `streaming 2,000 deltas, CPU times the floor (3 rounds on a busy machine: see npm run bench): ${said.join(' · ')}`,
  )
} finally {
  server.stop()
  await rm(folder, { recursive: true })
}

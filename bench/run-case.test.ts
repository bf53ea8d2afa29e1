import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ownClients } from './clients/catalogue.ts'
import type { Clients } from './clients/client.ts'
import type { ClientInfo } from './clients/client-info.ts'
import type { Command, Sample, Task } from './commands/command.ts'
import { runCase } from './run-case.ts'
import { sections } from './sections/all.ts'
import { streaming } from './sections/streaming.ts'
import { type MockProvider, startMockProvider } from './server/start-server.ts'
import { apis, scenarioAddress } from './wire/scenario.ts'

let server: MockProvider
let folder: string

beforeAll(async () => {
  server = await startMockProvider()
  folder = await mkdtemp(join(tmpdir(), 'geppetto-bench-test-'))
})

afterAll(async () => {
  server.stop()
  await rm(folder, { recursive: true })
})

/** The work of one client, in this process. */
async function sampleOf({ name, module }: ClientInfo, task: Task): Promise<Sample> {
  const { clients }: { clients: Clients } = await import(module)
  const { run }: { run: Command } = await import(`./commands/${task.command}.ts`)
  const { address } = server
  return run(task, {
    client: name,
    server: address,
    folder,
    setUp: async (api, scenario, prior) => {
      const create = clients[name]
      if (create === undefined) throw new Error(`no client ${name}`)
      return create({ api, baseUrl: scenarioAddress(address, scenario), prior, folder })
    },
  })
}

async function faultsOf(clients: readonly ClientInfo[], task: Task): Promise<string[]> {
  const faults: string[] = []
  for (const client of clients) {
    const { fault } = await sampleOf(client, task)
    if (fault !== undefined) faults.push(`${client.name}: ${fault}`)
  }
  return faults
}

const named = (...names: string[]) => ownClients.filter(({ name }) => names.includes(name))

it.each(apis)('ours and the floors stream all of an answer of %s', async (api) => {
  expect(await faultsOf(ownClients, { command: 'work', api, scenario: { deltas: 40, writeSize: 77 } })).toEqual([])
})

it.each(apis)('ours and the floors run tools with %s, also after other messages', async (api) => {
  const scenario = { deltas: 5, steps: 2, parallel: 2, noteDeltas: 30 }
  const clients = ownClients.filter(({ hasTools }) => hasTools)
  expect(await faultsOf(clients, { command: 'work', api, scenario, prior: 4, repeats: 2 })).toEqual([])
  expect(await faultsOf(clients, { command: 'work', api, scenario, prior: 4, isFirst: true })).toEqual([])
})

it('measures each in a process of its own; who loses a part of the answer, fails or ends has no figures', async () => {
  const module = join(import.meta.dirname, 'worker', 'faulty-clients.test-helper.ts')
  const facts = { level: 'peer', apis, module, hasTools: false, imports: [], packages: [] } as const
  const faulty = ['loses a delta', 'throws', 'dies'].map((name): ClientInfo => ({ name, ...facts }))
  const task: Task = { command: 'work', api: 'chat', scenario: { deltas: 40 } }
  const measured = { name: 'test', takes: () => true, work: { task } }
  const clients = [...named('floor fetch', 'session /fetch'), ...faulty]
  const rows = await runCase(streaming, measured, clients, { server: server.address, folder, rounds: 1 })
  const [floor, session, ...others] = rows
  expect(floor?.figures['cpuRatio']?.median).toBe(1)
  expect(session?.figures['cpuRatio']?.median).toBeGreaterThan(0)
  expect(others.map(({ fault, figures }) => [fault, figures])).toEqual([
    [expect.stringMatching(/^\d+ characters of \d+$/), {}],
    ['Error: no answer', {}],
    ['the process ended (3)', {}],
  ])
})

const scenario = { deltas: 30, writeSize: 0, gapMs: 1 }
const api = 'chat'

it.each<[Task, string[]]>([
  [{ command: 'concurrent', api, scenario, count: 3 }, ['cpuMs', 'peakMB', 'loopDelayMs']],
  [{ command: 'pace', api, scenario }, ['firstDeltaMs', 'deltaMs', 'requestMs']],
  [{ command: 'cancel', api, scenario, count: 3, variant: 'abort' }, ['settledMs', 'closedMs', 'drained']],
  [{ command: 'cancel', api, scenario, count: 3, variant: 'leave' }, ['settledMs', 'closedMs', 'drained']],
  [{ command: 'memory', api, scenario: { deltas: 100 } }, ['retainedKB', 'grewMB']],
  [{ command: 'slow-sink', api, scenario: { deltas: 10 }, variant: 'block' }, ['wallMs', 'grewMB']],
  [{ command: 'slow-sink', api, scenario: { deltas: 10 }, variant: 'drop' }, ['wallMs', 'grewMB']],
  [{ command: 'open-session', api, scenario, count: 3 }, ['openMs', 'bytesMs', 'beyondCpuMs']],
  [{ command: 'replay', api, scenario: { deltas: 100 }, variant: 'run' }, ['wallMs', 'events']],
  [{ command: 'replay', api, scenario, variant: 'session', count: 3 }, ['wallMs', 'events']],
])('measures %j', async (task, figures) => {
  const [client] = named('session /fetch')
  if (client === undefined) throw new Error('no session')
  const sample = await sampleOf(client, task)
  expect(sample.fault).toBeUndefined()
  for (const name of figures) expect(sample.figures[name]).toBeTypeOf('number')
})

it('a stopped stream ends at the server too, before its last delta', async () => {
  const task: Task = { command: 'cancel', api, scenario: { ...scenario, deltas: 500 }, count: 3, variant: 'abort' }
  for (const client of named('floor fetch', 'engine /fetch', 'session /fetch'))
    expect((await sampleOf(client, task)).figures['drained'], client.name).toBe(0)
})

it('bundles for the browser, and imports', async () => {
  for (const name of ['bundle', 'import']) {
    const section = sections.find((candidate) => candidate.name === name)
    const [measured] = section?.cases ?? []
    if (section === undefined || measured === undefined) throw new Error(`no section ${name}`)
    const bench = { server: server.address, folder, rounds: 1 }
    const rows = await runCase(section, measured, named('engine /fetch', 'engine SDK'), bench)
    expect(rows.map(({ fault }) => fault)).toEqual([undefined, undefined])
  }
})

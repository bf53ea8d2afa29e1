// Where the time goes: node bench/profile/main.ts <client> <section> <case> [repeats]
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownClients } from '../clients/catalogue.ts'
import { peerClients } from '../peers/catalogue.ts'
import { sections } from '../sections/all.ts'
import { startMockProvider } from '../server/start-server.ts'
import { startWorker } from '../worker/start-worker.ts'
import { summarizeProfile } from './summarize-profile.ts'

const [clientName, sectionName, caseName, repeats] = process.argv.slice(2)
const client = [...ownClients, ...peerClients].find(({ name }) => name === clientName)
const section = sections.find(({ name }) => name === sectionName)
const chosen = section?.cases.find(({ name }) => name === caseName)
if (client === undefined || chosen === undefined || !('task' in chosen.work)) {
  const cases = section?.cases.map(({ name }) => `'${name}'`).join(', ')
  throw new Error(`usage: profile <client> <section> <case>${cases === undefined ? '' : `; cases: ${cases}`}`)
}
const { task } = chosen.work
const folder = await mkdtemp(join(tmpdir(), 'geppetto-profile-'))
const server = await startMockProvider()
try {
  const worker = await startWorker(client, server.address, folder)
  const profile = join(folder, 'worker.cpuprofile')
  const repeated = { ...task, repeats: Number(repeats ?? 20 * (task.repeats ?? 1)) }
  // Compiled code is what users run, not its compilation.
  await worker.do({ task: repeated })
  await worker.do({ task: repeated, profile })
  worker.stop()
  console.log(summarizeProfile(JSON.parse(await readFile(profile, 'utf8')), join(import.meta.dirname, '..', '..')))
} finally {
  server.stop()
  await rm(folder, { recursive: true })
}

// One client in a process of its own, so that no other's import, garbage or compiled code is in its figures. Tasks come one at a time, as JSON.
import type { Client, Clients } from '../clients/client.ts'
import { type Command, commandNames, type Task, type Workshop } from '../commands/command.ts'
import { type Api, type Scenario, scenarioAddress } from '../wire/scenario.ts'
import type { Reply, WorkerOrder } from './protocol.ts'

const [name = '', module = '', server = '', folder = ''] = process.argv.slice(2)

// Clients reject promises that nobody has when they are stopped. What counts is the one that the work gave.
process.on('unhandledRejection', () => undefined)

const { clients }: { clients: Clients } = await import(module)
const createClient = clients[name]

const workshop: Workshop = {
  client: name,
  server,
  folder,
  async setUp(api: Api, scenario: Scenario, prior): Promise<Client> {
    if (createClient === undefined) throw new Error(`${module} has no client ${name}`)
    return createClient({ api, baseUrl: scenarioAddress(server, scenario), prior, folder })
  },
}

const commands = new Map<string, Command>()

async function perform(task: Task): Promise<Reply['sample']> {
  if (!commandNames.includes(task.command)) throw new Error(`no command ${task.command}`)
  const known = commands.get(task.command)
  if (known !== undefined) return known(task, workshop)
  const { run }: { run: Command } = await import(`../commands/${task.command}.ts`)
  commands.set(task.command, run)
  return run(task, workshop)
}

process.on('message', (text) => {
  const order: WorkerOrder = JSON.parse(String(text))
  void answer(order).then((reply) => process.send?.(JSON.stringify(reply)))
})

async function answer({ task, profile }: WorkerOrder): Promise<Reply> {
  try {
    if (profile === undefined) return { sample: await perform(task) }
    const { profiled } = await import('./profiled.ts')
    return { sample: await profiled(profile, () => perform(task)) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

// The driver is gone.
process.on('disconnect', () => process.exit(0))
process.send?.(JSON.stringify({}))

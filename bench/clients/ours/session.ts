// As an application has it: a session with a tool, a store and a sink. A conversation with a past is open, as it is after the first prompt.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { assertCompleted, createMemoryStore, type RunResult, Session, type SessionStore } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { defineTool } from '@geppetto/tools'
import { createTurn } from '@geppetto/turns'
import { z } from 'zod'
import type { Clients, CreateClient, Work, Workplace } from '../client.ts'
import { forecast, weatherTool } from '../weather-tool.ts'
import { toBlocks } from './blocks.ts'
import { engineAt, type Transport } from './engines.ts'

const weather = defineTool({
  name: weatherTool.name,
  description: weatherTool.description,
  input: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']), days: z.number(), note: z.string() }),
  effects: 'none',
  execute: (input) => ({ ...forecast(input) }),
})

interface OpenedStore {
  readonly store: SessionStore
  readonly close?: () => void
}

type OpenStore = (workplace: Workplace) => OpenedStore

const inMemory: OpenStore = () => ({ store: createMemoryStore() })

const inSqlite: OpenStore = ({ folder }) => {
  const store = openSqliteStore(join(folder, `${randomUUID()}.sqlite`))
  return { store, close: () => store.close() }
}

function sessionClient(transport: Transport, openStore: OpenStore): CreateClient {
  return async (workplace) => {
    const engine = engineAt(workplace, transport)
    const { store, close } = openStore(workplace)
    const start = await sessionStarter(workplace, store)
    const run = async (work: Work): Promise<RunResult> => {
      const sink: EventSink = {
        publish: (event) => {
          if (event.type === 'text-delta' && work.onDelta(event.delta)) void handle.cancel()
        },
      }
      const loopConfig = { maxIterations: work.maxSteps + 1 }
      const session = start(createEngineBuilder({ base: engine, tools: [weather], eventSinks: [sink], loopConfig }))
      session.appendNewTurnFromUserPrompt(work.messages.at(-1)?.content ?? '')
      const handle = session.startInference()
      work.signal?.addEventListener('abort', () => void handle.cancel(), { once: true })
      const result = await handle.wait()
      if (result.status !== 'cancelled') assertCompleted(result)
      return result
    }
    return { stream: run, runTools: run, ...(close === undefined ? undefined : { close }) }
  }
}

type StartSession = (builder: ReturnType<typeof createEngineBuilder>) => Session

/** Without a past each run has a session of its own; with one, they all go on from the same turn of one session. */
async function sessionStarter({ prior }: Workplace, store: SessionStore): Promise<StartSession> {
  if (prior.length === 0) return (builder) => new Session({ builder, store })
  const unused = createEngineBuilder({
    base: { info: { api: 'none', host: 'none', model: 'none' }, runInference: async (_, turn) => turn },
  })
  const session = new Session({ builder: unused, store })
  const past = createTurn({ blocks: toBlocks(prior) })
  session.append(past)
  await session.save()
  return (builder) => {
    session.checkout(past.id)
    session.builder = builder
    return session
  }
}

export const clients: Clients = {
  'session /fetch': sessionClient('fetch', inMemory),
  'session SDK': sessionClient('sdk', inMemory),
  'session /fetch, SQLite': sessionClient('fetch', inSqlite),
}

import { fileURLToPath } from 'node:url'
import type { Engine } from '@geppetto/engine'
import { createMemoryStore, type SessionStore } from '@geppetto/session'
import { createScriptedEngine, type Script, type ScriptedEngine } from '@geppetto/testing'
import type { Tool } from '@geppetto/tools'
import { serve } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { createWebchat } from '../server/app.ts'

const pageFolder = fileURLToPath(new URL('../../dist/web', import.meta.url))

/** The app with an engine that does as its script says. */
export interface StartedWebchat {
  readonly url: string
  readonly engine: ScriptedEngine
  readonly store: SessionStore
}

export interface WebchatChoice {
  readonly tools?: readonly Tool[]
  /** The names of the tools that need a yes. */
  readonly confirmed?: readonly string[]
  readonly store?: SessionStore
  /** How many models there are besides. */
  readonly others?: number
}

/** Starts the app on a free port, until the test is over. */
export async function startWebchat(script: Script, choice: WebchatChoice = {}): Promise<StartedWebchat> {
  const engine = createScriptedEngine(script)
  return { ...(await startWith(engine, choice)), engine }
}

/** Starts the app with an engine. */
export async function startWith(engine: Engine, choice: WebchatChoice = {}): Promise<Omit<StartedWebchat, 'engine'>> {
  const { tools = [], confirmed = [], store = createMemoryStore(), others = 0 } = choice
  const other = createScriptedEngine(() => [{ text: 'The other one answers.' }], { model: 'other' })
  const { hono, close } = createWebchat({
    store,
    answerers: [
      {
        profile: { id: 'script', label: 'script', description: 'Says what it was told' },
        facts: { model: 'script', contextWindow: 1_000, prices: { input: 1, output: 10 } },
        engine: () => engine,
      },
      { profile: { id: 'other', label: 'other' }, facts: {}, engine: () => other },
      ...Array.from({ length: others }, (_, index) => {
        const model = `model-${index}`
        return { profile: { id: model, label: model }, facts: {}, engine: () => other }
      }),
    ],
    tools,
    mustAsk: async (_, call) => confirmed.includes(call.tool.name),
    pageFolder,
  })
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = serve({ fetch: hono.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
  const port = await promise
  onTestFinished(async () => {
    await close()
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return { url: `http://localhost:${port}`, store }
}

/** Something that a script waits for, until the test lets it go on. */
export function gate(): { readonly wait: { readonly run: () => Promise<void> }; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { wait: { run: () => promise }, open: resolve }
}

import { fileURLToPath } from 'node:url'
import { createMemoryStore } from '@geppetto/session'
import { createEngineFromSettings, resolveSettings, valuesLayer } from '@geppetto/settings'
import { createScriptedEngine } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { serve } from '@hono/node-server'
import { providers } from 'engine-choice'
import { z } from 'zod'
import { startDemoModel } from '../../chat/screens/demo-model.ts'
import { createWebchat, type Webchat } from '../dist/server/app.js'
import { demoAnswer } from './demo-answers.ts'

/** The app with a model that says what it was given to say. */
export interface Demo {
  readonly url: string
  /** Ends it, and begins again with the same conversations. */
  restart(): Promise<void>
  close(): Promise<void>
}

const pageFolder = fileURLToPath(new URL('../dist/web', import.meta.url))

const weather = defineTool({
  name: 'weather',
  description: 'The weather in a city',
  input: z.object({ city: z.string() }),
  effects: 'none',
  execute: ({ city }) => ({ city, celsius: city === 'Berlin' ? 12 : 10, sky: 'cloudy', wind: '18 km/h' }),
})

const readFile = defineTool({
  name: 'read_file',
  description: 'Reads a file',
  input: z.object({ path: z.string() }),
  effects: 'none',
  execute: () => 'Buy milk.\nCall Ada about the turns.',
})

const askColleague = defineTool({
  name: 'ask_colleague',
  description: 'Asks somebody, who answers when they can',
  input: z.object({ question: z.string() }),
})

const earlier = [
  'Names for a cat that is an engineer',
  'Why is the sky dark at night?',
  'A packing list for Lisbon',
  'Regular expressions, gently',
]

const models = ['gpt-5-mini', 'gpt-5', 'claude-sonnet-5-5']

/** Starts it on this machine. */
export async function startDemo(port: number): Promise<Demo> {
  const facts = { contextWindow: 128_000, prices: { input: 0.25, output: 2, cache_read: 0.025 } }
  const described = models.map((model) => ({
    profile: {
      id: model,
      label: model,
      description: model.startsWith('gpt') ? 'api.openai.com, by openai-responses' : 'api.anthropic.com, by anthropic',
    },
    facts: { ...facts, model },
    engine: () => createScriptedEngine(demoAnswer, { model }),
  }))
  const eliza = {
    profile: { id: 'eliza', label: 'ELIZA', description: 'A program of 1966: no language model' },
    facts: {},
  }
  const store = createMemoryStore()
  const local = await startDemoModel()
  const api = { base_url: `${local.url}/v1`, api_keys: { 'openai-api-key': 'sk-shown-to-nobody' } }
  const layer = valuesLayer({ chat: { api_type: 'openai-chat', engine: 'demo' }, api }, 'the demo')
  const wired = {
    profile: { id: 'demo', label: 'demo', description: '127.0.0.1, by openai-chat' },
    facts: {},
    engine: () => createEngineFromSettings(resolveSettings([layer], { providers })),
  }
  const start = (at: number) =>
    serveApp(
      createWebchat({
        store,
        answerers: [...described, wired, { ...eliza, engine: () => createScriptedEngine(demoAnswer) }],
        tools: [weather, readFile, askColleague],
        mustAsk: async (_, { tool }) => tool.name === 'read_file',
        pageFolder,
      }),
      at,
    )
  let served = await start(port)
  const url = `http://localhost:${served.port}`
  for (const title of earlier) {
    const body = JSON.stringify({ title })
    await fetch(`${url}/api/sessions`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  }
  return {
    url,
    async restart() {
      await served.end()
      served = await start(served.port)
    },
    async close() {
      await served.end()
      await local.close()
    },
  }
}

async function serveApp({ hono, close }: Webchat, port: number) {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = serve({ fetch: hono.fetch, port, hostname: '127.0.0.1' }, (address) => resolve(address.port))
  return {
    port: await promise,
    async end() {
      await close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

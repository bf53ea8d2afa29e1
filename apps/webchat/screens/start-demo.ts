import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { serve } from '@hono/node-server'
import { z } from 'zod'
import { createWebchat } from '../dist/server/app.js'
import { demoAnswer } from './demo-answers.ts'

/** The app with a model that says what it was given to say. */
export interface Demo {
  readonly url: string
  close(): Promise<void>
}

const pageFolder = new URL('../dist/web', import.meta.url).pathname

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
    facts,
    engine: () => createScriptedEngine(demoAnswer, { model }),
  }))
  const eliza = {
    profile: { id: 'eliza', label: 'ELIZA', description: 'A program of 1966: no language model' },
    facts: {},
  }
  const { hono, close } = createWebchat({
    store: createMemoryStore(),
    answerers: [...described, { ...eliza, engine: () => createScriptedEngine(demoAnswer) }],
    tools: [weather, readFile],
    mustAsk: async (_, { tool }) => tool.name === 'read_file',
    pageFolder,
  })
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = serve({ fetch: hono.fetch, port, hostname: '127.0.0.1' }, (address) => resolve(address.port))
  return {
    url: `http://localhost:${await promise}`,
    async close() {
      await close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
    },
  }
}

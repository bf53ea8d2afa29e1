// A bare fetch with our reader of events and our decoder, and nothing else of ours: what decoding costs.
import { createSseReader, type DecoderOutput, type ProviderAdapter } from '@geppetto/engine'
import { anthropicAdapter } from '@geppetto/provider-anthropic/fetch'
import { openaiChatAdapter, openaiResponsesAdapter } from '@geppetto/provider-openai/fetch'
import { createTurn, userBlock } from '@geppetto/turns'
import type { Api } from '../../wire/scenario.ts'
import type { Clients } from '../client.ts'
import { models } from '../conversation.ts'

const adapters: Readonly<Record<Api, () => ProviderAdapter>> = {
  chat: openaiChatAdapter,
  responses: openaiResponsesAdapter,
  anthropic: anthropicAdapter,
}

export const clients: Clients = {
  decoder: ({ api, baseUrl }) => {
    const adapter = adapters[api]()
    // The adapter's own paths begin below /v1, or with it.
    const root = adapter.api.startsWith('anthropic') ? baseUrl.replace(/\/v1$/, '') : baseUrl
    return {
      async stream({ messages, onDelta }) {
        const turn = createTurn({ blocks: [userBlock(messages.at(-1)?.content ?? '')] })
        const { path, headers, body } = adapter.prepare(turn, { model: models[api] }, 'mock')
        const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
        const response = await fetch(root + path, sent)
        if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
        const said = { text: '' }
        const decoder = adapter.decode(outputTo(said, onDelta))
        const events = createSseReader(decoder)
        for await (const bytes of response.body) events.push(bytes)
        events.end()
        decoder.end()
        return said
      },
    }
  },
}

function outputTo(said: { text: string }, onDelta: (text: string) => boolean): DecoderOutput {
  const text = {
    get text() {
      return said.text
    },
    append: (delta: string) => {
      if (delta === '') return
      said.text += delta
      onDelta(delta)
    },
    cite: ignore,
    finish: ignore,
  }
  const silent = { text: '', append: ignore, finish: ignore, progress: ignore, cutOff: ignore, callId: 'call' }
  return {
    text: () => text,
    reasoning: () => silent,
    toolCall: () => silent,
    serverTool: () => silent,
    update: ignore,
    stop: ignore,
    fail: (error) => {
      throw error
    },
  }
}

function ignore(): void {}

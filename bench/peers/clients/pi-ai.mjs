// pi-ai: its implementations of the APIs; the loop is the one that its documentation shows.
import { normalizeContext } from '@earendil-works/pi-ai'
import { stream as anthropic } from '@earendil-works/pi-ai/api/anthropic-messages'
import { stream as chat } from '@earendil-works/pi-ai/api/openai-completions'
import { stream as responses } from '@earendil-works/pi-ai/api/openai-responses'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const implementations = {
  chat: ['openai-completions', chat],
  responses: ['openai-responses', responses],
  anthropic: ['anthropic-messages', anthropic],
}

const noCost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

const usage = { ...noCost, totalTokens: 0, cost: { ...noCost, total: 0 } }

function modelAt({ api, baseUrl }) {
  const [id] = implementations[api]
  return {
    id: models[api],
    name: 'model',
    api: id,
    provider: api === 'anthropic' ? 'anthropic' : 'openai',
    baseUrl: api === 'anthropic' ? baseUrl.replace(/\/v1$/, '') : baseUrl,
    reasoning: false,
    input: ['text'],
    cost: noCost,
    contextWindow: 128_000,
    maxTokens: 4_096,
  }
}

const toMessage =
  ({ id, api, provider }) =>
  ({ role, content }) =>
    role === 'user'
      ? { role, content, timestamp: 1 }
      : {
          role,
          content: [{ type: 'text', text: content }],
          api,
          provider,
          model: id,
          usage,
          stopReason: 'stop',
          timestamp: 1,
        }

const answerTo = ({ id, name, arguments: input }) => ({
  role: 'toolResult',
  toolCallId: id,
  toolName: name,
  content: [{ type: 'text', text: JSON.stringify(forecast(input)) }],
  isError: false,
  timestamp: 1,
})

const { name, description, parameters } = weatherTool
const tools = [{ name, description, parameters }]

export const clients = {
  'pi-ai': (workplace) => {
    const [, implementation] = implementations[workplace.api]
    const model = modelAt(workplace)
    const ask = async (context, signal, onDelta) => {
      const stream = implementation(model, normalizeContext(context), { apiKey: 'key', signal, maxRetries: 0 })
      for await (const event of stream) {
        if (event.type === 'error') throw new Error(event.error.errorMessage)
        if (event.type === 'text_delta' && onDelta(event.delta)) return undefined
      }
      return stream.result()
    }
    return {
      async stream({ messages, signal, onDelta }) {
        return { answer: await ask({ messages: messages.map(toMessage(model)) }, signal, onDelta) }
      },
      async runTools({ messages: given, maxSteps, onDelta }) {
        const messages = given.map(toMessage(model))
        for (let step = 0; step <= maxSteps; step++) {
          const message = await ask({ messages, tools }, undefined, onDelta)
          messages.push(message)
          const calls = message.content.filter(({ type }) => type === 'toolCall')
          if (calls.length === 0) return messages
          messages.push(...calls.map(answerTo))
        }
        throw new Error('the model asked for more steps than were allowed')
      },
    }
  },
}

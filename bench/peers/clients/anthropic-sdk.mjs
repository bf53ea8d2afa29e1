// @anthropic-ai/sdk: `messages.create({ stream: true })`, and `messages.stream()`, which accumulates. Tools by its own toolRunner.
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { models } from '../../clients/conversation.ts'
import { emptyAnswer, reducerOf } from '../../clients/floor/reduce.ts'
import { requestBody } from '../../clients/floor/request.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const { name, description, parameters } = weatherTool

const create =
  (usesHelper) =>
  ({ baseUrl }) => {
    const client = new Anthropic({ apiKey: 'key', baseURL: baseUrl.replace(/\/v1$/, ''), maxRetries: 0 })
    return {
      async stream({ messages, signal, onDelta }) {
        const answer = emptyAnswer()
        const reduce = reducerOf('anthropic', answer, onDelta)
        const body = requestBody('anthropic', messages, false)
        const stream = usesHelper
          ? client.messages.stream(body, { signal })
          : await client.messages.create(body, { signal })
        for await (const event of stream) if (reduce(event)) break
        return answer
      },
      async runTools({ messages, maxSteps, onDelta }) {
        const run = async (input) => JSON.stringify(forecast(input))
        const runner = client.beta.messages.toolRunner({
          model: models.anthropic,
          max_tokens: 4_096,
          stream: true,
          // Else it keeps the thread at the server, and the mock provider keeps nothing.
          thread: false,
          max_iterations: maxSteps + 1,
          messages: [...messages],
          tools: [betaTool({ name, description, inputSchema: parameters, run })],
        })
        for await (const message of runner)
          for await (const event of message)
            if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') onDelta(event.delta.text)
        return runner
      },
    }
  }

export const clients = { anthropic: create(false), 'anthropic, helper': create(true) }

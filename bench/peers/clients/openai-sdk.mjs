// openai: `create({ stream: true })`, and its helpers that accumulate. Tools by its own runTools (chat), or the shortest loop (responses, which has none).
import OpenAI from 'openai'
import { models } from '../../clients/conversation.ts'
import { emptyAnswer, reducerOf } from '../../clients/floor/reduce.ts'
import { requestBody } from '../../clients/floor/request.ts'
import { loopClient } from '../../clients/floor/tool-loop.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const create =
  (usesHelper) =>
  ({ api, baseUrl }) => {
    const client = new OpenAI({ apiKey: 'key', baseURL: baseUrl, maxRetries: 0 })
    const endpoint = api === 'chat' ? client.chat.completions : client.responses
    const loop = loopClient(api, async (messages, hasTools, { signal, onDelta }) => {
      const answer = emptyAnswer()
      const reduce = reducerOf(api, answer, onDelta)
      const body = requestBody(api, messages, hasTools)
      const stream = usesHelper ? endpoint.stream(body, { signal }) : await endpoint.create(body, { signal })
      for await (const event of stream) if (reduce(event)) break
      return answer
    })
    if (api !== 'chat') return loop
    return {
      ...loop,
      async runTools({ messages, maxSteps, onDelta }) {
        const call = async (input) => JSON.stringify(forecast(input))
        const tools = [{ type: 'function', function: { ...weatherTool, parse: JSON.parse, function: call } }]
        const body = { model: models.chat, stream: true, messages: [...messages], tools }
        const runner = client.chat.completions.runTools(body, { maxChatCompletions: maxSteps + 1 })
        for await (const event of runner) {
          const text = event.choices[0]?.delta?.content
          if (text) onDelta(text)
        }
        return runner.finalContent()
      },
    }
  }

export const clients = { openai: create(false), 'openai, helper': create(true) }

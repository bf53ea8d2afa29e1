// OpenAI Agents: `run(agent, input, { stream: true })`, without tracing, which would call out.
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  Runner,
  setTracingDisabled,
  tool,
} from '@openai/agents'
import OpenAI from 'openai'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

setTracingDisabled(true)

const toItems = (messages) =>
  messages.map(({ role, content }) =>
    role === 'user'
      ? { role, content }
      : { role, status: 'completed', content: [{ type: 'output_text', text: content }] },
  )

export const clients = {
  'OpenAI Agents': ({ api, baseUrl }) => {
    const client = new OpenAI({ apiKey: 'key', baseURL: baseUrl, maxRetries: 0 })
    const Model = api === 'chat' ? OpenAIChatCompletionsModel : OpenAIResponsesModel
    const model = new Model(client, models[api])
    const runner = new Runner({ tracingDisabled: true })
    const weather = tool({ ...weatherTool, strict: true, execute: async (input) => forecast(input) })
    const plain = new Agent({ name: 'plain', model })
    const withTools = new Agent({ name: 'with tools', model, tools: [weather] })
    const run = async (agent, { messages, maxSteps, signal, onDelta }) => {
      const result = await runner.run(agent, toItems(messages), { stream: true, signal, maxTurns: maxSteps + 2 })
      for await (const event of result) {
        const isText = event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta'
        if (isText && onDelta(event.data.delta)) break
      }
      if (result.error) throw result.error
      return result
    }
    return { stream: (work) => run(plain, work), runTools: (work) => run(withTools, work) }
  },
}

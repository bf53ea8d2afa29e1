// Mastra: Agent.stream on the AI SDK's provider, without memory or storage.
import { createOpenAI } from '@ai-sdk/openai'
import { Agent } from '@mastra/core/agent'
import { createTool } from '@mastra/core/tools'
import { z } from 'zod'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const weather = createTool({
  id: weatherTool.name,
  description: weatherTool.description,
  inputSchema: z.object({
    city: z.string(),
    unit: z.enum(['celsius', 'fahrenheit']),
    days: z.number(),
    note: z.string(),
  }),
  execute: async (input) => forecast(input),
})

export const clients = {
  Mastra: ({ api, baseUrl }) => {
    const openai = createOpenAI({ apiKey: 'key', baseURL: baseUrl })
    const model = api === 'chat' ? openai.chat(models.chat) : openai.responses(models.responses)
    const agentWith = (tools) =>
      new Agent({ id: 'bench', name: 'bench', instructions: 'You are helpful.', model, tools })
    const plain = agentWith({})
    const withTools = agentWith({ [weatherTool.name]: weather })
    const run = async (agent, { messages, maxSteps, signal, onDelta }) => {
      const result = await agent.stream([...messages], { abortSignal: signal, maxSteps: maxSteps + 1 })
      for await (const chunk of result.fullStream) {
        if (chunk.type === 'error') throw chunk.payload.error
        if (chunk.type === 'text-delta' && onDelta(chunk.payload.text)) break
      }
      return result
    }
    return { stream: (work) => run(plain, work), runTools: (work) => run(withTools, work) }
  },
}

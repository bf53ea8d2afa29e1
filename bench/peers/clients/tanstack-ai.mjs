// TanStack AI: `chat()` with its adapter for OpenAI and its own loop.
import { chat, maxIterations, toolDefinition } from '@tanstack/ai'
import { openaiCompatibleText } from '@tanstack/ai-openai/compatible'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const { name, description, parameters } = weatherTool
const weather = toolDefinition({ name, description, inputSchema: parameters }).server(async (input) => forecast(input))

export const clients = {
  'TanStack AI': ({ api, baseUrl }) => {
    const adapter = openaiCompatibleText(models.chat, {
      baseURL: baseUrl,
      apiKey: 'key',
      api: api === 'chat' ? 'chat-completions' : 'responses',
      maxRetries: 0,
    })
    const run = async ({ messages, signal, onDelta }, more) => {
      const abortController = new AbortController()
      signal?.addEventListener('abort', () => abortController.abort(), { once: true })
      for await (const chunk of chat({ adapter, messages: [...messages], abortController, ...more })) {
        if (chunk.type === 'RUN_ERROR') throw new Error(chunk.message ?? chunk.error?.message)
        if (chunk.type === 'TEXT_MESSAGE_CONTENT' && onDelta(chunk.delta)) break
      }
      return {}
    }
    return {
      stream: (work) => run(work, {}),
      runTools: (work) => run(work, { tools: [weather], agentLoopStrategy: maxIterations(work.maxSteps + 1) }),
    }
  },
}

// Vercel AI SDK: streamText, read by its full stream or its text stream, and the variant for one reader that holds less.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { experimental_streamTextLowMemory, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

globalThis.AI_SDK_LOG_WARNINGS = false

const tools = {
  [weatherTool.name]: tool({
    description: weatherTool.description,
    inputSchema: jsonSchema(weatherTool.parameters),
    execute: async (input) => forecast(input),
  }),
}

function modelAt({ api, baseUrl }) {
  const connection = { apiKey: 'key', baseURL: baseUrl }
  if (api === 'anthropic') return createAnthropic(connection)(models.anthropic)
  const openai = createOpenAI(connection)
  return api === 'chat' ? openai.chat(models.chat) : openai.responses(models.responses)
}

const create = (start, readsText) => (workplace) => {
  const model = modelAt(workplace)
  const run = async ({ messages, signal, onDelta }, more) => {
    let failure
    const onError = ({ error }) => {
      failure = error
    }
    const result = start({ model, messages: [...messages], abortSignal: signal, maxRetries: 0, onError, ...more })
    if (readsText) {
      for await (const text of result.textStream) if (onDelta(text)) break
    } else
      for await (const part of result.stream) {
        if (part.type === 'error') throw part.error
        if (part.type === 'text-delta' && onDelta(part.text)) break
      }
    if (failure) throw failure
    return result
  }
  return {
    stream: (work) => run(work, {}),
    runTools: (work) => run(work, { tools, stopWhen: stepCountIs(work.maxSteps + 1) }),
  }
}

export const clients = {
  'AI SDK': create(streamText, false),
  'AI SDK, textStream': create(streamText, true),
  'AI SDK, low memory': create(experimental_streamTextLowMemory, false),
}

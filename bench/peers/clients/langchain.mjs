// LangChain: ChatOpenAI; without its graph package it has no loop, so the one that its documentation shows.
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { models } from '../../clients/conversation.ts'
import { forecast, weatherTool } from '../../clients/weather-tool.ts'

const toMessages = (messages) =>
  messages.map(({ role, content }) => (role === 'user' ? new HumanMessage(content) : new AIMessage(content)))

const textOf = (chunk) => (typeof chunk.content === 'string' ? chunk.content : chunk.text)

export const clients = {
  LangChain: ({ api, baseUrl }) => {
    const model = new ChatOpenAI({
      model: models.chat,
      apiKey: 'key',
      configuration: { baseURL: baseUrl },
      useResponsesApi: api === 'responses',
      streaming: true,
      maxRetries: 0,
      streamUsage: true,
    })
    const withTools = model.bindTools([{ type: 'function', function: weatherTool }])
    const answer = async ({ id, args }) =>
      new ToolMessage({ content: JSON.stringify(forecast(args)), tool_call_id: id })
    return {
      async stream({ messages, signal, onDelta }) {
        for await (const chunk of await model.stream(toMessages(messages), { signal })) {
          const text = textOf(chunk)
          if (text && onDelta(text)) break
        }
        return {}
      },
      async runTools({ messages: given, maxSteps, onDelta }) {
        const messages = toMessages(given)
        for (let step = 0; step <= maxSteps; step++) {
          let whole
          for await (const chunk of await withTools.stream(messages)) {
            const text = textOf(chunk)
            if (text) onDelta(text)
            whole = whole ? whole.concat(chunk) : chunk
          }
          if (!whole.tool_calls?.length) return messages
          messages.push(whole, ...(await Promise.all(whole.tool_calls.map(answer))))
        }
        throw new Error('the model asked for more steps than were allowed')
      },
    }
  },
}

import { join } from 'node:path'
import type { ClientInfo } from '../clients/client-info.ts'
import { apis } from '../wire/scenario.ts'

const at = (file: string): string => join(import.meta.dirname, 'clients', file)

const peer = { level: 'peer', hasTools: true } as const

const openaiApis = ['chat', 'responses'] as const

const openai = {
  ...peer,
  apis: openaiApis,
  module: at('openai-sdk.mjs'),
  imports: ['openai'],
  packages: ['openai'],
  browserEntry: `import OpenAI from 'openai'
export const client = new OpenAI({ apiKey: 'key', dangerouslyAllowBrowser: true })
export const ask = () => client.chat.completions.create({ model: 'm', messages: [], stream: true })`,
}

const anthropic = {
  ...peer,
  apis: ['anthropic'],
  module: at('anthropic-sdk.mjs'),
  imports: ['@anthropic-ai/sdk'],
  packages: ['@anthropic-ai/sdk'],
  browserEntry: `import Anthropic from '@anthropic-ai/sdk'
export const client = new Anthropic({ apiKey: 'key', dangerouslyAllowBrowser: true })
export const ask = () => client.messages.create({ model: 'm', max_tokens: 1, messages: [], stream: true })`,
} as const

const aiSdk = {
  ...peer,
  apis,
  module: at('ai-sdk.mjs'),
  imports: ['ai', '@ai-sdk/openai'],
  packages: ['ai', '@ai-sdk/openai', 'zod'],
  browserEntry: `export { streamText, tool, jsonSchema, stepCountIs } from 'ai'
export { createOpenAI } from '@ai-sdk/openai'`,
}

/** Other toolkits. Retries, telemetry and tracing are off in all of them, as far as they can be. */
export const peerClients: readonly ClientInfo[] = [
  {
    ...peer,
    name: 'eventsource-parser',
    apis,
    module: at('eventsource-parser.mjs'),
    imports: ['eventsource-parser'],
    packages: ['eventsource-parser'],
    browserEntry: `export { createParser } from 'eventsource-parser'`,
  },
  { ...openai, name: 'openai' },
  { ...openai, name: 'openai, helper' },
  { ...anthropic, name: 'anthropic' },
  { ...anthropic, name: 'anthropic, helper' },
  { ...aiSdk, name: 'AI SDK' },
  { ...aiSdk, name: 'AI SDK, textStream' },
  { ...aiSdk, name: 'AI SDK, low memory' },
  {
    ...peer,
    name: 'LangChain',
    apis: openaiApis,
    module: at('langchain.mjs'),
    imports: ['@langchain/openai', '@langchain/core/messages'],
    packages: ['@langchain/openai', '@langchain/core'],
    browserEntry: `export { ChatOpenAI } from '@langchain/openai'
export { HumanMessage, AIMessage, ToolMessage } from '@langchain/core/messages'`,
  },
  {
    ...peer,
    name: 'OpenAI Agents',
    apis: openaiApis,
    module: at('openai-agents.mjs'),
    imports: ['@openai/agents'],
    packages: ['@openai/agents', 'zod'],
    browserEntry: `export { Agent, Runner, tool, OpenAIChatCompletionsModel } from '@openai/agents'`,
  },
  {
    ...peer,
    name: 'TanStack AI',
    apis: openaiApis,
    module: at('tanstack-ai.mjs'),
    imports: ['@tanstack/ai', '@tanstack/ai-openai/compatible'],
    packages: ['@tanstack/ai', '@tanstack/ai-openai'],
    browserEntry: `export { chat, maxIterations, toolDefinition } from '@tanstack/ai'
export { openaiCompatibleText } from '@tanstack/ai-openai/compatible'`,
  },
  {
    ...peer,
    name: 'Mastra',
    apis: openaiApis,
    module: at('mastra.mjs'),
    imports: ['@mastra/core/agent', '@ai-sdk/openai'],
    packages: ['@mastra/core', '@ai-sdk/openai', 'zod'],
    browserEntry: `export { Agent } from '@mastra/core/agent'
export { createTool } from '@mastra/core/tools'
export { createOpenAI } from '@ai-sdk/openai'`,
  },
  {
    ...peer,
    name: 'pi-ai',
    apis,
    module: at('pi-ai.mjs'),
    imports: ['@earendil-works/pi-ai', '@earendil-works/pi-ai/api/openai-completions'],
    packages: ['@earendil-works/pi-ai'],
    browserEntry: `export { normalizeContext } from '@earendil-works/pi-ai'
export { stream } from '@earendil-works/pi-ai/api/openai-completions'`,
  },
]

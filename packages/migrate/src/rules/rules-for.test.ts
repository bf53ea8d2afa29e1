import { expect, test } from 'vitest'
import { adviceFor } from './module-rules.ts'
import { rulesFor } from './rules-for.ts'

function sectionFor(module: string, name: string): string | undefined {
  const rules = rulesFor(module)
  return rules === undefined || rules.kept.test(name) ? undefined : adviceFor(rules, name).anchor
}

test.each([
  ['ai', 'streamText', 'streamtext'],
  ['ai', 'ToolCallRepairError', 'errors'],
  ['ai', 'isToolUIPart', 'usechat'],
  ['ai', 'toolModelMessageSchema', 'messages'],
  ['ai', 'experimental_createProviderRegistry', 'providers'],
  ['ai', 'constructor', 'mapping-table'],
  ['ai/react', 'useChat', 'usechat'],
  ['@ai-sdk/svelte', 'Chat', 'usechat'],
  ['@ai-sdk/anthropic', 'anthropic', 'providers'],
  ['@ai-sdk/anthropic', 'AnthropicProviderOptions', 'providers'],
  ['langchain', 'toolRetryMiddleware', 'middleware'],
  ['langchain/agents', 'AgentExecutor', 'agents'],
  ['@langchain/core/messages', 'HumanMessageChunk', 'messages'],
  ['@langchain/langgraph', 'GraphInterrupt', 'approval'],
  ['@langchain/langgraph', 'BinaryOperatorAggregate', 'mapping-table'],
  ['@langchain/langgraph-sdk/react', 'useStream', 'in-the-browser'],
  ['@langchain/openai', 'AzureChatOpenAIResponses', 'models'],
  ['ai', 'generateImage', undefined],
  ['@ai-sdk/vue', 'generateId', undefined],
  ['@langchain/openai', 'OpenAIEmbeddings', undefined],
  ['@langchain/community/document_loaders/fs/text', 'TextLoader', undefined],
  ['ai-tools', 'streamText', undefined],
  ['@langchain', 'tool', undefined],
])('%s: %s', (module, name, section) => {
  expect(sectionFor(module, name)).toBe(section)
})

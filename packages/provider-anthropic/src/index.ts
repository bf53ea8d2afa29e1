export { anthropicAdapter } from './adapter.ts'
export type { AnthropicCallOptions, AnthropicClient } from './anthropic-client.ts'
export type { AnthropicAdapterOptions, AnthropicEngineOptions } from './options.ts'
export { type AnthropicOptions, anthropic } from './sdk-engine.ts'

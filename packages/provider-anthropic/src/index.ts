export { anthropicAdapter } from './adapter.ts'
export type { AnthropicAdapterOptions, AnthropicEngineOptions } from './options.ts'
export { type AnthropicOptions, anthropic } from './sdk-engine.ts'
export type { AnthropicCallOptions, AnthropicClient } from './sdk-transport.ts'

export { anthropicAdapter } from './adapter.ts'
export { type AnthropicFetchOptions, anthropic } from './fetch-engine.ts'
export type { AnthropicAdapterOptions, AnthropicEngineOptions } from './options.ts'

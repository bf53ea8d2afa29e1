export { openaiResponsesAdapter } from './responses/adapter.ts'
export { type OpenAIResponsesOptions, openaiResponses } from './responses/engine.ts'
export type { ResponsesOptions } from './responses/options.ts'

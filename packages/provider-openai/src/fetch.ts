export { openaiResponsesAdapter } from './responses/adapter.ts'
export { type OpenAIResponsesOptions, openaiResponses } from './responses/fetch-engine.ts'
export type { ResponsesOptions } from './responses/options.ts'

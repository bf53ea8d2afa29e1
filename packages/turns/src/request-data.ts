import type { JsonObject } from './json.ts'
import { isJsonObject } from './json.ts'
import type { DataKey } from './keys.ts'
import { defineCheckedKey } from './keys.ts'

/** What can be asked of a model beside the conversation. What an API has no word for is reported as a degradation, not sent. */
export interface InferenceConfig {
  /** Wins over the engine's own model. */
  readonly model?: string
  readonly temperature?: number
  readonly topP?: number
  /** In tokens. */
  readonly maxOutputTokens?: number
  readonly stopSequences?: readonly string[]
  readonly seed?: number
  readonly reasoning?: {
    readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'max'
    /** In tokens. */
    readonly budget?: number
    readonly summary?: 'auto' | 'concise' | 'detailed'
  }
  readonly serviceTier?: string
  /** Options of one API alone, by the API's name: `{ 'anthropic-messages': { … } }`. */
  readonly providerOptions?: { readonly [api: string]: JsonObject }
}

/** A tool as the model is told of it. */
export interface ToolDefinition {
  readonly name: string
  readonly description: string
  /** JSON Schema, draft 2020-12. */
  readonly inputSchema: JsonObject
  readonly outputSchema?: JsonObject
}

/** Whether the model may, may not or must call tools, or must call the named one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly tool: string }

/** The form that the answer must have. */
export interface StructuredOutput {
  /** What the API calls it; letters, digits, `_` and `-`. */
  readonly name: string
  /** JSON Schema, draft 2020-12. */
  readonly schema: JsonObject
}

/** Turn data: the inference config. */
export const inferenceConfigKey: DataKey<InferenceConfig> = defineCheckedKey(
  'geppetto.inferenceConfig',
  (value): value is InferenceConfig => isJsonObject(value),
)

/** Turn data: the tools that are offered. Written or deleted by the engine builder for each run. */
export const toolDefinitionsKey: DataKey<readonly ToolDefinition[]> = defineCheckedKey(
  'geppetto.toolDefinitions',
  (value): value is readonly ToolDefinition[] => Array.isArray(value) && value.every(isToolDefinition),
)

/** Turn data: the tool choice. Written or deleted by the engine builder for each provider call. */
export const toolChoiceKey: DataKey<ToolChoice> = defineCheckedKey(
  'geppetto.toolChoice',
  (value): value is ToolChoice =>
    value === 'auto' ||
    value === 'none' ||
    value === 'required' ||
    (isJsonObject(value) && typeof value.tool === 'string'),
)

/** Turn data: the form of the answer. Written or deleted by the session for each run. */
export const structuredOutputKey: DataKey<StructuredOutput> = defineCheckedKey(
  'geppetto.structuredOutput',
  (value): value is StructuredOutput =>
    isJsonObject(value) && typeof value.name === 'string' && isJsonObject(value.schema),
)

function isToolDefinition(value: unknown): value is ToolDefinition {
  return (
    isJsonObject(value) &&
    typeof value.name === 'string' &&
    typeof value.description === 'string' &&
    isJsonObject(value.inputSchema)
  )
}

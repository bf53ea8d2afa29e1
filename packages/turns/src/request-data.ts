import { isJsonObject, type JsonObject } from './json.ts'
import type { DataKey } from './keys.ts'
import { defineCheckedKey } from './keys.ts'
import { saidConfig } from './said-config.ts'
import {
  type Check,
  filledText,
  listOf,
  must,
  number,
  objectWith,
  oneOf,
  optional,
  plainObject,
  text,
} from './shape.ts'

/** What can be asked of a model beside the conversation. What an API has no word for is reported as a degradation, not sent. */
export interface InferenceConfig {
  /** Wins over the engine's own model. */
  readonly model?: string | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  /** In tokens. */
  readonly maxOutputTokens?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  readonly seed?: number | undefined
  readonly reasoning?:
    | {
        readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | undefined
        /** In tokens. */
        readonly budget?: number | undefined
        readonly summary?: 'auto' | 'concise' | 'detailed' | undefined
      }
    | undefined
  readonly serviceTier?: string | undefined
  /** Options of one API alone, by the API's name: `{ 'anthropic-messages': { … } }`. */
  readonly providerOptions?: { readonly [api: string]: JsonObject } | undefined
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

const inferenceConfig = (): Check =>
  objectWith({
    model: optional(filledText),
    temperature: optional(number),
    topP: optional(number),
    maxOutputTokens: optional(number),
    stopSequences: optional(listOf(text)),
    seed: optional(number),
    reasoning: optional(
      objectWith({
        effort: optional(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
        budget: optional(number),
        summary: optional(oneOf('auto', 'concise', 'detailed')),
      }),
    ),
    serviceTier: optional(text),
    providerOptions: optional(plainObject),
  })

/** Turn data: the inference config, of this turn and all that follow it. */
export const inferenceConfigKey: DataKey<InferenceConfig> = defineConfigKey('geppetto.inferenceConfig')

/** Turn data: the inference config of one run, which wins over that of the turn. Written or deleted by the session for each run. */
export const runInferenceConfigKey: DataKey<InferenceConfig> = defineConfigKey('geppetto.runInferenceConfig')

/* @__NO_SIDE_EFFECTS__ */
function defineConfigKey(name: string): DataKey<InferenceConfig> {
  const key = defineCheckedKey<InferenceConfig>(name, inferenceConfig)
  const write: DataKey<InferenceConfig>['write'] = (map, value) =>
    key.write(map, isJsonObject(value) ? saidConfig(value) : value)
  return Object.freeze({ ...key, write })
}

/** Turn data: the tools that are offered. Written or deleted by the engine builder for each run. */
export const toolDefinitionsKey: DataKey<readonly ToolDefinition[]> = defineCheckedKey('geppetto.toolDefinitions', () =>
  listOf(
    objectWith({
      name: filledText,
      description: text,
      inputSchema: plainObject,
      outputSchema: optional(plainObject),
    }),
  ),
)

/** Turn data: the tool choice. Written or deleted by the engine builder for each provider call. */
export const toolChoiceKey: DataKey<ToolChoice> = defineCheckedKey('geppetto.toolChoice', () => {
  const namedTool = objectWith({ tool: filledText })
  return must(
    'auto, none, required or { tool }',
    (value) => value === 'auto' || value === 'none' || value === 'required' || namedTool(value) === undefined,
  )
})

/** Turn data: the form of the answer. Written or deleted by the session for each run. */
export const structuredOutputKey: DataKey<StructuredOutput> = defineCheckedKey('geppetto.structuredOutput', () =>
  objectWith({ name: filledText, schema: plainObject }),
)

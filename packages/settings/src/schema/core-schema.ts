import { z } from 'zod'
import { keySourceSchema } from '../keys/key-source-schema.ts'

// The one description of the settings: validation, types, JSON Schema, flags, variables and the reference are made from it.
// `x-flag` is the name of a flag where it is not the last word of the path, false where there is none; `x-value` is how the help calls its value.

const tokens = z.int().min(1)
const dollars = z.number().min(0)

const address = z
  .string()
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
    return isWeb && url.username === '' && url.password === ''
  })
  .meta({ 'x-expected': 'an address without a password that begins with http:// or https://' })

const chat = z.strictObject({
  api_type: z
    .string()
    .trim()
    .min(1)
    .meta({
      description: 'Who answers: the API, and with it the provider.',
      'x-flag': 'engine',
      'x-value': 'NAME',
      'x-expected': 'the name of who can answer',
    })
    .optional(),
  engine: z
    .string()
    .trim()
    .min(1)
    .meta({ description: 'The model that is asked.', 'x-flag': 'model', 'x-value': 'NAME' })
    .optional(),
})

const inference = z.strictObject({
  temperature: z
    .number()
    .min(0)
    .max(2)
    .meta({ description: 'How freely words are chosen; 0 is the least.' })
    .optional(),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'Only the likeliest words are chosen from, up to this share of the whole.' })
    .optional(),
  max_response_tokens: tokens.meta({ description: 'How long an answer may be, in tokens.' }).optional(),
  stop: z
    .array(z.string().min(1))
    .meta({ description: 'Texts before which an answer ends.', 'x-value': 'TEXT' })
    .optional(),
  seed: z.int().meta({ description: 'The same seed for the same answers, as far as the provider can.' }).optional(),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    .meta({ description: 'How much the model thinks before it answers.' })
    .optional(),
  reasoning_summary: z
    .enum(['auto', 'concise', 'detailed'])
    .meta({ description: 'Whether the model says in short what it thought.' })
    .optional(),
  thinking_budget: tokens.meta({ description: 'How many tokens the model may think for.' }).optional(),
  service_tier: z
    .string()
    .min(1)
    .meta({ description: "The provider's class of service, by its own name.", 'x-value': 'NAME' })
    .optional(),
})

const api = z.strictObject({
  base_url: address
    .meta({
      description: 'Another address for who answers than the vendor’s own.',
      'x-flag': 'base-url',
      'x-value': 'URL',
    })
    .optional(),
  api_keys: z
    .record(z.string(), keySourceSchema)
    .meta({
      description: 'The keys by their names, such as openai-api-key: a text, or where to get it.',
      writeOnly: true,
    })
    .optional(),
  base_urls: z
    .record(z.string(), address)
    .meta({ description: 'The same for each, by their names, such as openai-base-url.' })
    .optional(),
})

const client = z.strictObject({
  timeout: z
    .number()
    .gt(0)
    .meta({
      description: 'How long one call of the provider may take, in seconds.',
      'x-flag': 'call-timeout',
      'x-value': 'SECONDS',
    })
    .optional(),
})

const modelCost = z.strictObject({
  input: dollars.meta({ description: 'Input that no cache has.' }).optional(),
  output: dollars.meta({ description: 'Output, reasoning with it.' }).optional(),
  cache_read: dollars.meta({ description: 'Input that is read from a cache.' }).optional(),
  cache_write: dollars.meta({ description: 'Input that is written to a cache.' }).optional(),
})

const modelInfo = z
  .strictObject({
    id: z.string().min(1).meta({ description: 'The model that these facts are of.' }).optional(),
    name: z.string().min(1).meta({ description: 'What people call it.' }).optional(),
    reasoning: z.boolean().meta({ description: 'Whether it thinks before it answers.' }).optional(),
    input: z
      .array(z.string().min(1))
      .meta({ description: 'What it takes: text, image, audio, video, pdf.' })
      .optional(),
    context_window: tokens.meta({ description: 'Input and output together, in tokens.' }).optional(),
    quality_high_watermark: tokens
      .meta({ description: 'From how many tokens on its answers get worse; at most context_window.' })
      .optional(),
    max_output_tokens: tokens.meta({ description: 'The longest answer, in tokens.' }).optional(),
    cost: modelCost
      .meta({
        description: 'US dollars for a million tokens; what is absent is unknown. Taken as a whole.',
        'x-whole': true,
      })
      .optional(),
    metadata: z.record(z.string(), z.json()).meta({ description: 'Whatever else is known of it.' }).optional(),
  })
  .meta({ 'x-flags': false })

/** The core of the settings; each provider adds a section of its own. */
export const coreSchema = z.strictObject({
  profile: z
    .string()
    .trim()
    .min(1)
    .meta({ description: 'The profile to build on: its slug, or registry/slug.', 'x-value': 'SLUG' })
    .optional(),
  profile_registries: z
    .array(z.string().trim().min(1))
    .meta({
      description: 'Files with profiles, YAML or SQLite; of two with the same slug the later counts.',
      'x-value': 'FILES',
    })
    .optional(),
  chat: chat.meta({ title: 'Who answers' }).optional(),
  inference: inference.meta({ title: 'How the model is asked' }).optional(),
  api: api.meta({ title: 'Keys and addresses' }).optional(),
  client: client.meta({ title: 'Time' }).optional(),
  model_info: modelInfo.meta({ title: 'What is known of the model' }).optional(),
})

/** Prices in US dollars for a million tokens. What is absent is unknown, not free. */
export type ModelCost = z.infer<typeof modelCost>

/** What is known of a model. */
export type ModelInfo = z.infer<typeof modelInfo>

/** Who answers. */
export type ChatSettings = z.infer<typeof chat>

/** How the model is asked. */
export type InferenceSettings = z.infer<typeof inference>

/** Time. */
export type ClientSettings = z.infer<typeof client>

type Core = z.infer<typeof coreSchema>

/** A key as a program gives it: itself, where it is to be had, or a function that is asked for each request. */
type GivenKey = z.infer<typeof keySourceSchema> | (() => string | Promise<string>)

interface GivenApi extends Omit<z.infer<typeof api>, 'api_keys'> {
  readonly api_keys?: { readonly [name: string]: GivenKey }
}

/** Lists may be read-only. */
type Given<T> = T extends (...args: never) => unknown
  ? T
  : T extends object
    ? { readonly [name in keyof T]: Given<T[name]> }
    : T

/** Settings as a program gives them: the core, and any provider's section. */
export type SettingValues = Given<Omit<Core, 'api'> & { api?: GivenApi }> & { readonly [section: string]: unknown }

/** The settings of these sections, which were checked one by one. */
export const typedSections = {
  chat: (settings: object): ChatSettings => chat.parse(settings),
  inference: (settings: object): InferenceSettings => inference.parse(settings),
  client: (settings: object): ClientSettings => client.parse(settings),
  modelInfo: (settings: object): ModelInfo => modelInfo.parse(settings),
}

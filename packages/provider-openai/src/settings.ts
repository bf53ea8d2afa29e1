import { type ApiHost, EngineError, type ProviderDescriptor } from '@geppetto/engine'
import { defined, type InferenceConfig, type JsonObject } from '@geppetto/turns'
import { z } from 'zod'
import { openaiChat } from './chat/openai-chat.ts'
import { defaultBaseUrl, exampleModel } from './options.ts'
import { openaiResponses } from './responses/openai-responses.ts'

const chatOnly = 'Chat Completions only.'

/** Go geppetto writes them as texts. */
const bias = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform(Number)
  .pipe(z.number().min(-100).max(100))
  .meta({ 'x-expected': 'a number from -100 to 100' })

const section = z.strictObject({
  parallel_tool_calls: z
    .boolean()
    .meta({ description: 'Whether the model may call several tools at once.' })
    .optional(),
  presence_penalty: z
    .number()
    .min(-2)
    .max(2)
    .meta({ description: `Against what was said. ${chatOnly}` })
    .optional(),
  frequency_penalty: z
    .number()
    .min(-2)
    .max(2)
    .meta({ description: `Against what was said often. ${chatOnly}` })
    .optional(),
  logit_bias: z
    .record(z.string(), bias)
    .meta({ description: `How much likelier a token is, by its number. ${chatOnly}` })
    .optional(),
  store: z.boolean().meta({ description: 'Whether OpenAI keeps the responses. Responses only.' }).optional(),
  previous_response: z
    .boolean()
    .meta({ description: 'Whether to go on from the response that OpenAI keeps. Responses only.' })
    .optional(),
  server_tools: z
    .array(z.record(z.string(), z.json()).refine((tool) => typeof tool.type === 'string'))
    .meta({
      description: 'Tools that OpenAI runs, as its API has them. Responses only.',
      'x-expected': 'a list of objects with a type, such as { type: web_search }',
      'x-flag': false,
    })
    .optional(),
})

const vendor: Omit<ApiHost, 'keyNames' | 'baseUrlNames'> = {
  keyVariable: 'OPENAI_API_KEY',
  keyPage: 'https://platform.openai.com/api-keys',
  baseUrlVariable: 'OPENAI_BASE_URL',
  baseUrl: defaultBaseUrl,
}

const ofResponses = ['store', 'previous_response', 'server_tools'] as const

/** OpenAI, and hosts that speak Chat Completions, for the registry of `@geppetto/settings`. Needs zod. */
export const openaiProvider: ProviderDescriptor = {
  packageName: '@geppetto/provider-openai',
  section: 'openai',
  options: section,
  apiTypes: [
    {
      name: 'openai-responses',
      description: 'OpenAI by its Responses API',
      model: exampleModel,
      host: {
        ...vendor,
        keyNames: ['openai-responses-api-key', 'openai-api-key'],
        baseUrlNames: ['openai-responses-base-url', 'openai-base-url'],
      },
      without: ['presence_penalty', 'frequency_penalty', 'logit_bias'],
    },
    {
      name: 'openai-chat',
      aliases: ['openai'],
      description: 'OpenAI by Chat Completions, and every host that speaks it',
      model: exampleModel,
      host: { ...vendor, keyNames: ['openai-api-key'], baseUrlNames: ['openai-base-url'] },
      without: ofResponses,
    },
    {
      name: 'ollama',
      description: 'Models on this machine, by Ollama',
      host: {
        keyNames: ['ollama-api-key'],
        keyVariable: 'OLLAMA_API_KEY',
        baseUrlNames: ['ollama-base-url'],
        baseUrlVariable: 'OLLAMA_HOST',
        baseUrl: 'http://127.0.0.1:11434/v1',
      },
      without: ofResponses,
    },
  ],
  createEngine({ apiType, model, baseUrl, apiKey, timeLimits, inference, options }) {
    if (model === undefined)
      throw new EngineError('invalid_options', `${apiType} needs a model, such as ${exampleModel}`)
    const parsed = section.parse(options)
    const { store, previous_response: previousResponse, server_tools: serverTools, ...fields } = parsed
    const common = { ...inference, model, ...defined({ baseUrl, apiKey, timeLimits }) }
    if (apiType === 'openai-responses') {
      const { parallel_tool_calls } = fields
      const providerOptions = withFields(inference, 'openai-responses', defined({ parallel_tool_calls }))
      return openaiResponses({ ...common, ...providerOptions, ...defined({ store, previousResponse, serverTools }) })
    }
    const chat = { ...common, ...withFields(inference, 'openai-chat', defined(fields)) }
    return apiType === 'ollama' ? openaiChat({ ...chat, host: 'ollama', ...ollamaAddress(baseUrl) }) : openaiChat(chat)
  },
}

/** The fields of the section that go into the request as they are. */
function withFields(
  { providerOptions }: InferenceConfig,
  api: string,
  fields: JsonObject,
): Pick<InferenceConfig, 'providerOptions'> {
  if (Object.keys(fields).length === 0) return {}
  return { providerOptions: { ...providerOptions, [api]: { ...fields, ...providerOptions?.[api] } } }
}

/** Ollama is called by its address alone; where it speaks Chat Completions is below it. */
function ollamaAddress(baseUrl: string | undefined): { readonly baseUrl?: string } {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return {}
  const url = new URL(baseUrl)
  // What a server listens on may stand for this machine.
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1'
  if (url.pathname === '/') url.pathname = '/v1'
  return { baseUrl: url.href }
}

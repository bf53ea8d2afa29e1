import { EngineError, type ProviderDescriptor } from '@geppetto/engine'
import { defined, type JsonObject } from '@geppetto/turns'
import { z } from 'zod'
import { api, defaultBaseUrl, exampleModel } from './api.ts'
import { anthropic } from './sdk-engine.ts'

const section = z.strictObject({
  top_k: z.int().min(1).meta({ description: 'Only this many of the likeliest words are chosen from.' }).optional(),
  user_id: z
    .string()
    .min(1)
    .meta({ description: 'Who asks, in a word that says nothing of the person.', 'x-value': 'ID' })
    .optional(),
  cache: z
    .enum(['auto', 'off'])
    .meta({ description: 'Whether the provider is asked to keep what it read.' })
    .optional(),
  server_tools: z
    .array(z.record(z.string(), z.json()).refine((tool) => typeof tool.type === 'string'))
    .meta({
      description: 'Tools that Anthropic runs, as its API has them.',
      'x-expected': 'a list of objects with a type, such as { type: web_search_20250305, name: web_search }',
      'x-flag': false,
    })
    .optional(),
  betas: z
    .array(z.string().min(1))
    .meta({ description: 'Features of the API that are not for all yet.', 'x-value': 'WORDS' })
    .optional(),
})

/** Anthropic, for the registry of `@geppetto/settings`. Needs zod. */
export const anthropicProvider: ProviderDescriptor = {
  packageName: '@geppetto/provider-anthropic',
  section: 'claude',
  options: section,
  apiTypes: [
    {
      name: 'anthropic',
      aliases: ['claude'],
      description: 'Anthropic by its Messages API',
      model: exampleModel,
      host: {
        keyNames: ['claude-api-key'],
        keyVariable: 'ANTHROPIC_API_KEY',
        keyPage: 'https://platform.claude.com/settings/keys',
        baseUrlNames: ['claude-base-url'],
        baseUrlVariable: 'ANTHROPIC_BASE_URL',
        baseUrl: defaultBaseUrl,
      },
    },
  ],
  createEngine({ model, baseUrl, apiKey, timeLimits, inference, options }) {
    if (model === undefined)
      throw new EngineError('invalid_options', `anthropic needs a model, such as ${exampleModel}`)
    const { top_k, user_id, cache, betas, server_tools: serverTools } = section.parse(options)
    const fields: JsonObject = defined({ top_k, metadata: user_id === undefined ? undefined : { user_id } })
    const given = inference.providerOptions ?? {}
    const providerOptions =
      Object.keys(fields).length === 0 ? {} : { providerOptions: { ...given, [api]: { ...fields, ...given[api] } } }
    return anthropic({
      ...inference,
      ...providerOptions,
      model,
      ...defined({ baseUrl, apiKey, timeLimits, cache, betas, serverTools }),
    })
  },
}

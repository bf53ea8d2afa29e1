import type { ModelDefaults, PreparedRequest } from '@geppetto/engine'
import { type Block, createTurn, type InferenceConfig, isJsonObject, type JsonObject, type Turn } from '@geppetto/turns'
import { type AnthropicAdapterOptions, anthropicAdapter } from './index.ts'

/** A request with its body read. */
export interface Prepared extends PreparedRequest {
  readonly json: JsonObject
  /** The codes of what was rewritten. */
  readonly codes: readonly string[]
}

/** A turn, or its blocks, as a request to a model that takes nearly everything. The prompt cache is off, unless it is asked for. */
export function prepared(
  source: Turn | readonly Block[],
  config: InferenceConfig = {},
  options: AnthropicAdapterOptions = { cache: 'off' },
): Prepared {
  const turn = 'blocks' in source ? source : createTurn({ id: 'turn', createdAt: 1, blocks: source })
  const defaults: ModelDefaults = { ...config, model: config.model ?? 'claude-sonnet-4-5' }
  const request = anthropicAdapter(options).prepare(turn, defaults, 'api.anthropic.com')
  const json: unknown = JSON.parse(request.body)
  if (!isJsonObject(json)) throw new Error('a body is an object')
  return { ...request, json, codes: request.degradations.map(({ code }) => code) }
}

import {
  type Degradation,
  joinList,
  type ModelDefaults,
  type PreparedRequest,
  providerOptionsOf,
  reportTo,
  resolveInferenceConfig,
  textIn,
} from '@geppetto/engine'
import { isJsonObject, type JsonObject, type Turn } from '@geppetto/turns'
import { buildInput } from './input.ts'
import type { OpenAIResponsesAdapterOptions } from './options.ts'
import { buildInclude, buildSettings } from './settings.ts'
import { buildTextFormat, buildTools } from './tools.ts'
import type { WireCache } from './wire-cache.ts'

/** The name of the wire format. */
export const api = 'openai-responses'

/** What makes requests: options and memory of one adapter. */
export interface RequestMaker {
  readonly options: OpenAIResponsesAdapterOptions
  readonly cache: WireCache
}

/** The request of `POST /responses`. @throws EngineError `unsupported` */
export function prepareRequest(
  maker: RequestMaker,
  turn: Turn,
  defaults: ModelDefaults,
  host: string,
): PreparedRequest {
  const { options, cache } = maker
  const config = resolveInferenceConfig(turn, defaults)
  const own = providerOptionsOf(config, api)
  const model = textIn(own, 'model') ?? config.model
  const continues = options.previousResponse === true
  const store = typeof own.store === 'boolean' ? own.store : (options.store ?? continues)
  const degradations: Degradation[] = []
  const report = reportTo(degradations)
  const input = buildInput(turn.blocks, { api, host, model }, { isStored: store, continues, cache, degradations })
  const form = buildTextFormat(turn, report)
  const instructions = [input.instructions, form.instruction].filter((text) => text !== undefined).join('\n\n')
  const body = merge(
    {
      model,
      ...(instructions === '' ? undefined : { instructions }),
      ...buildTools(turn, options.serverTools ?? [], report),
      ...form.field,
      ...buildSettings({ ...config, model }, report),
      ...buildInclude({ ...config, model }, options.include ?? []),
      store,
      stream: true,
      ...(input.previousResponseId === undefined ? undefined : { previous_response_id: input.previousResponseId }),
    },
    own,
  )
  return {
    model,
    method: 'POST',
    path: '/responses',
    headers: {},
    body: withItems(body, input.items),
    stream: body.stream === true,
    degradations,
  }
}

/** What `POST /responses/input_tokens` takes of a request. */
const countedFields: readonly string[] = [
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning'],
  ...['previous_response_id', 'conversation', 'truncation'],
]

/** The request that asks how many input tokens another has. */
export function toCountRequest(request: PreparedRequest): PreparedRequest {
  const body: JsonObject = JSON.parse(request.body)
  const counted = Object.fromEntries(countedFields.map((name) => [name, body[name]]))
  return { ...request, path: '/responses/input_tokens', body: JSON.stringify(counted), stream: false }
}

/** The user's own fields win; objects such as `text` are put together. */
function merge(body: JsonObject, own: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...body }
  for (const [name, value] of Object.entries(own)) {
    const said = merged[name]
    merged[name] = isJsonObject(said) && isJsonObject(value) ? { ...said, ...value } : value
  }
  return merged
}

/** The items are texts already. */
function withItems(body: JsonObject, items: readonly string[]): string {
  const text = JSON.stringify(body)
  return body.input === undefined ? joinList(`${text.slice(0, -1)},"input":[`, items, ']}') : text
}

import { background } from '@geppetto/context'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import {
  type ImportOptions,
  type ImportResult,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
} from '@geppetto/turns/import'
import { createEngine } from './engines.ts'
import { baseUrlOf } from './hosts.ts'
import { isList, parseJson } from './json.ts'
import { recordedFetch } from './recorded-fetch.ts'
import type { Api, Exchange } from './recordings.ts'

/** An exchange whose request is recorded. */
export type Requested = Exchange & { readonly request: NonNullable<Exchange['request']> }

/** The conversation of a recorded request as a turn. */
export function importRequest({ api, request, provider, model }: Requested, isKnown: boolean): ImportResult {
  const host = new URL(baseUrlOf(provider)).host
  const options: ImportOptions = isKnown ? { provenance: { host, model: modelOf(request.body, model) } } : {}
  return importers[api](request.body, options)
}

const importers: Readonly<Record<Api, (body: JsonObject, options: ImportOptions) => ImportResult>> = {
  'openai-chat': (body, options) => importOpenAIChatMessages(listAt(body, 'messages'), options),
  'openai-responses': ({ instructions, input }, options) => {
    const system = instructions === undefined ? [] : [{ role: 'system', content: instructions }]
    const items = isList(input) ? input : [{ role: 'user', content: input }]
    return importOpenAIResponsesItems([...system, ...items], options)
  },
  'anthropic-messages': (body, options) =>
    importAnthropicMessages({ system: body['system'], messages: listAt(body, 'messages') }, options),
}

/** The body of the request that the adapter of the same API, host and model makes of an imported turn. */
export async function prepareAgain(
  { api, provider, model, request }: Requested,
  imported: ImportResult,
): Promise<JsonObject> {
  const engine = createEngine(api, 'fetch', { provider, model: modelOf(request.body, model), fetch: recordedFetch([]) })
  const prepared = await engine.prepare?.(background(), imported.turn)
  const body = parseJson(prepared?.body ?? '')
  if (isJsonObject(body)) return body
  throw new Error('the engine has prepared nothing')
}

function modelOf(body: JsonObject, model: string): string {
  return typeof body['model'] === 'string' ? body['model'] : model
}

function listAt(body: JsonObject, name: string): readonly unknown[] {
  const list = body[name]
  return isList(list) ? list : []
}

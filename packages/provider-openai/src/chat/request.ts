import {
  type Degradation,
  EngineError,
  joinList,
  listIn,
  type ModelDefaults,
  objectIn,
  type PreparedRequest,
  providerOptionsOf,
  reportTo,
  resolveInferenceConfig,
} from '@geppetto/engine'
import type { JsonObject, JsonValue, Turn } from '@geppetto/turns'
import { configFields } from './config-fields.ts'
import { hostFields } from './host-fields.ts'
import type { HostQuirks } from './hosts.ts'
import type { MessageMemory } from './message-memory.ts'
import { buildMessages } from './messages.ts'
import { outputForm } from './output-schema.ts'
import { toolFields } from './tools.ts'
import { systemMessage } from './wire-message.ts'

/** The wire format's name. */
export const chatApi = 'openai-chat'

/** What a request is made of beside the turn. */
export interface RequestSurroundings {
  readonly defaults: ModelDefaults
  readonly host: string
  readonly quirks: HostQuirks
  readonly memory: MessageMemory
}

/** Turn to request. @throws EngineError `unsupported` naming the block; `invalid_request` when there is nothing to send. */
export function prepareRequest(turn: Turn, { defaults, host, quirks, memory }: RequestSurroundings): PreparedRequest {
  const degradations: Degradation[] = []
  const report = reportTo(degradations)
  const config = resolveInferenceConfig(turn, defaults)
  const { model } = config
  const form = outputForm(turn, quirks, report)
  const messages = buildMessages(turn, { api: chatApi, host, model, quirks }, memory, degradations)
  if (messages.length === 0)
    throw new EngineError('invalid_request', 'the turn has nothing to send: append a user block')
  const told =
    form.instruction === undefined ? messages : [systemMessage(quirks.systemRole, form.instruction).json, ...messages]
  const ours: JsonObject = {
    ...configFields(config, quirks, report),
    ...form.field,
    ...toolFields(turn, quirks, report),
    stream: true,
    ...(quirks.asksForUsage ? { stream_options: { include_usage: true } } : undefined),
  }
  const fields = hostFields(ours, quirks, report)
  const body = mergeOptions({ model, ...fields }, providerOptionsOf(config, chatApi))
  return {
    model: typeof body['model'] === 'string' ? body['model'] : model,
    method: 'POST',
    path: '/chat/completions',
    headers: {},
    body: writeBody(body, told),
    stream: body['stream'] === true,
    degradations,
  }
}

/** The provider's own options win; its tools come beside the turn's. What belongs to a stream goes where there is none. */
function mergeOptions(fields: JsonObject, options: JsonObject): JsonObject {
  const tools: readonly JsonValue[] = [...listIn(fields, 'tools'), ...listIn(options, 'tools')]
  const { stream_options, ...rest }: JsonObject = { ...fields, ...options, ...streamOptions(fields, options) }
  return {
    ...rest,
    ...(tools.length === 0 ? undefined : { tools }),
    ...(rest['stream'] !== true || stream_options === undefined ? undefined : { stream_options }),
  }
}

function streamOptions(fields: JsonObject, options: JsonObject): JsonObject {
  const [ours, theirs] = [objectIn(fields, 'stream_options'), objectIn(options, 'stream_options')]
  return theirs === undefined ? {} : { stream_options: { ...ours, ...theirs } }
}

/** The messages are texts already. */
function writeBody(body: JsonObject, messages: readonly string[]): string {
  const { model, ...rest } = body
  if (rest['messages'] !== undefined) return JSON.stringify(body)
  return joinList(`{"model":${JSON.stringify(model)},"messages":[`, messages, `],${JSON.stringify(rest).slice(1)}`)
}

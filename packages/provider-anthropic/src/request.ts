import {
  type ConversationMemory,
  type Degradation,
  joinList,
  type ModelDefaults,
  type PreparedRequest,
  providerOptionsOf,
  type Report,
  reportTo,
  resolveInferenceConfig,
} from '@geppetto/engine'
import {
  type JsonObject,
  type JsonValue,
  structuredOutputKey,
  type Turn,
  toolChoiceKey,
  toolDefinitionsKey,
} from '@geppetto/turns'
import { api, apiVersion, samplingVersion } from './api.ts'
import { markForCache } from './cache-control.ts'
import { createSayer } from './conversation.ts'
import { fitEnd } from './conversation-end.ts'
import { withExtra } from './extra-fields.ts'
import { type ModelTraits, traitsOf } from './models.ts'
import type { AnthropicAdapterOptions } from './options.ts'
import { messageJson, type SaidConversation } from './said-conversation.ts'
import { toSampling, toStopSequences } from './sampling.ts'
import { toFormat } from './structured-output.ts'
import { toThinking } from './thinking.ts'
import { isForced, splitServerTools, toTool, toToolChoice } from './tools.ts'
import { wireJson, without } from './wire.ts'

/** How many tokens an answer may have where nobody says: enough for long texts, and few enough for every limit of the account. */
const defaultMaxTokens = 32_000

/** The beta that the API's own calls of remote tool servers are. */
const mcpBeta = 'mcp-client-2025-11-20'

/** What makes requests: options and memory of one adapter. */
export interface RequestMaker {
  readonly options: AnthropicAdapterOptions
  readonly memory: ConversationMemory<SaidConversation>
}

/**
 * A turn as a request.
 * @throws EngineError `unsupported` naming the block.
 * @see https://platform.claude.com/docs/en/api/messages/create
 */
export function prepareMessage(
  turn: Turn,
  defaults: ModelDefaults,
  host: string,
  maker: RequestMaker,
): PreparedRequest {
  const { model, fields, messages, degradations } = buildBody(turn, defaults, host, maker)
  // A program may want one JSON answer, as from a server that cannot stream.
  const stream = fields.stream !== false
  return toRequest(model, '/v1/messages', { ...fields, stream }, messages, maker.options, degradations, stream)
}

/** What the API's count of tokens has no word for, as it does not depend on it. */
const uncounted = [
  'max_tokens',
  'metadata',
  'service_tier',
  'stop_sequences',
  'stream',
  'temperature',
  'top_k',
  'top_p',
  'inference_geo',
  'container',
]

/** The request that asks how many tokens the turn has. @see https://platform.claude.com/docs/en/api/messages/count_tokens */
export function prepareCount(turn: Turn, defaults: ModelDefaults, host: string, maker: RequestMaker): PreparedRequest {
  const { model, fields, messages, degradations } = buildBody(turn, defaults, host, maker)
  const counted = without(fields, ...uncounted)
  return toRequest(model, '/v1/messages/count_tokens', counted, messages, maker.options, degradations, false)
}

interface Body {
  readonly model: string
  readonly fields: JsonObject
  /** As JSON texts, each of one message or of several that are separated by commas. */
  readonly messages: readonly string[]
  readonly degradations: readonly Degradation[]
}

function buildBody(turn: Turn, defaults: ModelDefaults, host: string, { options, memory }: RequestMaker): Body {
  const degradations: Degradation[] = []
  const report = reportTo(degradations)
  const config = resolveInferenceConfig(turn, defaults)
  const { model, seed, serviceTier } = config
  const traits = traitsOf(model)
  const sayer = createSayer({ target: { api, host, model }, systemMessages: traits.systemMessages })
  const said = memory.say(turn.blocks, `${host}\n${model}`, sayer)
  for (const degradation of said.degradations) degradations.push(degradation)
  // Made for this request: what is before them is remembered, and they are marked and mended.
  const messages = [...said.messages]
  const definitions = toolDefinitionsKey.read(turn.data) ?? []
  const server = splitServerTools(options.serverTools ?? [])
  const tools = [...server.tools, ...definitions.map((tool) => toTool(tool, report))]
  const choice = tools.length === 0 ? undefined : toolChoiceKey.read(turn.data)
  const situation = { traits, messages, isForced: isForced(choice), maxTokens: config.maxOutputTokens }
  const { thinking, effort, isOn } = toThinking(config.reasoning, situation, report)
  const format = toFormat(structuredOutputKey.read(turn.data), traits, report)
  fitEnd(messages, turn, traits.prefill && !isOn, report)
  if (seed !== undefined) report('option-dropped', 'Anthropic has no seed')
  const system = [...said.system, ...format.instruction].map((text): JsonObject => ({ type: 'text', text }))
  const lists = {
    ...(system.length === 0 ? undefined : { system }),
    ...(tools.length === 0 ? undefined : { tools }),
  }
  const stopSequences = toStopSequences(config.stopSequences ?? [], report)
  // The API goes on with open calls in no other.
  const container = said.isContainerOpen ? said.container : undefined
  const outputConfig = { ...(effort === undefined ? undefined : { effort }), ...format.outputConfig }
  const extra = providerOptionsOf(config, api)
  const fields: JsonObject = {
    model,
    max_tokens: toMaxTokens(config.maxOutputTokens, traits, thinking),
    ...(options.cache === 'off' ? lists : markForCache(lists, messages, extra)),
    ...(container === undefined ? undefined : { container }),
    ...(server.mcpServers.length === 0 ? undefined : { mcp_servers: server.mcpServers }),
    ...(choice === undefined ? undefined : { tool_choice: toChoice(choice, traits, report) }),
    ...(thinking === undefined ? undefined : { thinking }),
    ...(Object.keys(outputConfig).length === 0 ? undefined : { output_config: outputConfig }),
    ...toSampling(config, traits, isOn, report),
    ...(stopSequences.length === 0 ? undefined : { stop_sequences: stopSequences }),
    ...toServiceTier(serviceTier, report),
  }
  return {
    model,
    fields: withTypedChoice(withExtra(fields, extra)),
    messages: [...said.texts, ...messages.map(messageJson)],
    degradations,
  }
}

/** The caller's limit is that of the answer; the API's is that of answer and thinking. */
function toMaxTokens(limit: number | undefined, { maxOutput }: ModelTraits, thinking: JsonObject | undefined): number {
  const budget = typeof thinking?.budget_tokens === 'number' ? thinking.budget_tokens : 0
  if (limit !== undefined) return limit + budget
  return Math.min(maxOutput, defaultMaxTokens + budget)
}

/** A model that always thinks cannot be forced to call. */
function toChoice(
  choice: Parameters<typeof toToolChoice>[0],
  { thinksUnasked }: ModelTraits,
  report: Report,
): JsonObject {
  if (!isForced(choice) || thinksUnasked !== 'always') return toToolChoice(choice)
  report('tool-choice-changed', 'this model always thinks and cannot be forced to call: it may')
  return { type: 'auto' }
}

/** The tiers of others have other names. */
function toServiceTier(tier: string | undefined, report: Report): JsonObject {
  if (tier === undefined) return {}
  if (tier === 'auto' || tier === 'standard_only') return { service_tier: tier }
  report('option-dropped', `service tier ${tier}: Anthropic has auto and standard_only`)
  return {}
}

/** Who gives `disable_parallel_tool_use` alone leaves the choice open. */
function withTypedChoice(fields: JsonObject): JsonObject {
  const { tool_choice: choice } = fields
  if (typeof choice !== 'object' || choice === null || 'type' in choice) return fields
  return { ...fields, tool_choice: { type: 'auto', ...choice } }
}

function toRequest(
  model: string,
  path: string,
  fields: JsonObject,
  messages: readonly string[],
  options: AnthropicAdapterOptions,
  degradations: readonly Degradation[],
  stream: boolean,
): PreparedRequest {
  const betas = [...new Set([...(options.betas ?? []), ...neededBetas(fields, options.betas ?? [])])]
  const hasSampling = ['temperature', 'top_p', 'top_k'].some((name) => fields[name] !== undefined)
  const rest = wireJson(fields).slice(0, -1)
  return {
    model,
    method: 'POST',
    path,
    headers: {
      'anthropic-version': hasSampling ? samplingVersion : apiVersion,
      ...(betas.length === 0 ? undefined : { 'anthropic-beta': betas.join(',') }),
    },
    body: fields.messages === undefined ? joinList(`${rest},"messages":[`, messages, ']}') : `${rest}}`,
    stream,
    degradations,
  }
}

function neededBetas(
  fields: { readonly mcp_servers?: JsonValue | undefined },
  given: readonly string[],
): readonly string[] {
  const needsMcp = fields.mcp_servers !== undefined && !given.some((beta) => beta.startsWith('mcp-client-'))
  return needsMcp ? [mcpBeta] : []
}

import { EngineError } from '@geppetto/engine'
import { isJsonObject, type JsonObject } from '@geppetto/turns'

/** What is special to Responses in the options of its engine. */
export interface OpenAIResponsesAdapterOptions {
  /** Whether OpenAI keeps the responses. Default false: each request says all, and reasoning goes along encrypted. */
  readonly store?: boolean | undefined
  /**
   * Whether to go on from the last response that the provider keeps (`previous_response_id`), and send only what is new. Implies `store`. What a middleware
   * changes before that response does not reach the model. Default false.
   */
  readonly previousResponse?: boolean | undefined
  /**
   * What else a response shall hold, such as `web_search_call.action.sources`. Encrypted reasoning is asked for where the model is known to reason, or
   * `reasoning.effort` is set; for a model under another name, such as a deployment of Azure's, name `reasoning.encrypted_content` here.
   */
  readonly include?: readonly string[] | undefined
  /** Tools that OpenAI runs, as the API has them: `{ type: 'web_search' }`, code interpreter, file search, remote MCP, image generation. */
  readonly serverTools?: readonly JsonObject[] | undefined
}

/** The options of {@link OpenAIResponsesAdapterOptions}, by name. */
export const responsesOptionNames: readonly string[] = ['store', 'previousResponse', 'include', 'serverTools']

/** @throws EngineError `invalid_options` */
export function assertResponsesOptions(options: OpenAIResponsesAdapterOptions): void {
  const { store, previousResponse, include, serverTools } = options
  assertFlag('store', store)
  assertFlag('previousResponse', previousResponse)
  if (previousResponse === true && store === false)
    throw new EngineError('invalid_options', 'previousResponse needs the responses to be kept: leave out store: false')
  if (include !== undefined && !(Array.isArray(include) && include.every((name) => typeof name === 'string')))
    throw new EngineError('invalid_options', 'include must be a list of names, such as web_search_call.action.sources')
  if (serverTools !== undefined && !(Array.isArray(serverTools) && serverTools.every(isTool)))
    throw new EngineError(
      'invalid_options',
      "serverTools must be a list of the API's tools, such as { type: 'web_search' }",
    )
}

function assertFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw new EngineError('invalid_options', `${name} must be true or false`)
}

function isTool(value: unknown): boolean {
  return isJsonObject(value) && typeof value.type === 'string' && value.type !== ''
}

import {
  type AdapterEngineOptions,
  createAdapterEngine,
  readModelOptions,
  type Transport,
  type WireEngine,
} from '@geppetto/engine'
import { exampleModel, type ModelOptions } from '../options.ts'
import { type OpenAIChatAdapterOptions, openaiChatAdapter } from './adapter.ts'
import { chatApi } from './request.ts'

/** What asks for a chat, on any transport. */
export type ChatModelOptions = ModelOptions & OpenAIChatAdapterOptions

/** The engine of a transport. @param connectionNames the options that are the transport's. @throws EngineError `invalid_options` */
export function createChatEngine(
  options: ChatModelOptions,
  connectionNames: readonly string[],
  connect: () => Transport,
): WireEngine {
  const defaults = readModelOptions(options, { api: chatApi, others: [...connectionNames, 'host'], exampleModel })
  const { host, timeLimits } = options
  const settings: AdapterEngineOptions = { defaults, ...(timeLimits === undefined ? undefined : { timeLimits }) }
  return createAdapterEngine(openaiChatAdapter(host === undefined ? {} : { host }), connect(), settings)
}

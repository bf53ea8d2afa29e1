import Anthropic from '@anthropic-ai/sdk'
import type { Engine } from '@geppetto/engine'
import { anthropic } from '@geppetto/provider-anthropic'
import { anthropic as anthropicByFetch } from '@geppetto/provider-anthropic/fetch'
import { openaiChat, openaiResponses } from '@geppetto/provider-openai'
import {
  openaiChat as openaiChatByFetch,
  openaiResponses as openaiResponsesByFetch,
} from '@geppetto/provider-openai/fetch'
import type { InferenceConfig } from '@geppetto/turns'
import OpenAI from 'openai'
import { baseUrlOf } from './hosts.ts'
import type { Api } from './recordings.ts'

/** What carries the requests: the vendor’s SDK, or plain fetch. */
export type Carrier = 'sdk' | 'fetch'

export const carriers: readonly Carrier[] = ['sdk', 'fetch']

/** How an engine is made. */
export interface EngineChoice extends InferenceConfig {
  readonly model: string
  /** Who serves it. */
  readonly provider: string
  /** What answers in the host’s place. */
  readonly fetch: typeof fetch
}

const apiKey = 'test-key'

/** An engine of the public entry that believes to speak with the provider’s own host. */
export function createEngine(api: Api, carrier: Carrier, choice: EngineChoice): Engine {
  const { provider, fetch, ...config } = choice
  const baseUrl = baseUrlOf(provider)
  if (carrier === 'fetch') {
    const options = { ...config, apiKey, baseUrl, fetch }
    if (api === 'openai-chat') return openaiChatByFetch(options)
    return api === 'openai-responses' ? openaiResponsesByFetch(options) : anthropicByFetch(options)
  }
  if (api === 'anthropic-messages')
    return anthropic({ ...config, client: new Anthropic({ apiKey, baseURL: baseUrl, fetch }) })
  const { origin, pathname, searchParams } = new URL(baseUrl)
  const defaultQuery = Object.fromEntries(searchParams)
  const client = new OpenAI({ apiKey, baseURL: origin + pathname, defaultQuery, fetch })
  return api === 'openai-chat' ? openaiChat({ ...config, client }) : openaiResponses({ ...config, client })
}

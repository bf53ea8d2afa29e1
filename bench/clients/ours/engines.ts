import type { Engine } from '@geppetto/engine'
import { anthropic as anthropicBySdk } from '@geppetto/provider-anthropic'
import { anthropic as anthropicByFetch } from '@geppetto/provider-anthropic/fetch'
import { openaiChat as chatBySdk, openaiResponses as responsesBySdk } from '@geppetto/provider-openai'
import { openaiChat as chatByFetch, openaiResponses as responsesByFetch } from '@geppetto/provider-openai/fetch'
import type { Api } from '../../wire/scenario.ts'
import type { Workplace } from '../client.ts'
import { models } from '../conversation.ts'

export type Transport = 'fetch' | 'sdk'

interface Connection {
  readonly model: string
  readonly apiKey: string
  readonly baseUrl: string
}

const makers: Readonly<Record<Transport, Readonly<Record<Api, (connection: Connection) => Engine>>>> = {
  fetch: { chat: chatByFetch, responses: responsesByFetch, anthropic: anthropicByFetch },
  sdk: { chat: chatBySdk, responses: responsesBySdk, anthropic: anthropicBySdk },
}

/** The engine as a program makes it. */
export function engineAt({ api, baseUrl }: Pick<Workplace, 'api' | 'baseUrl'>, transport: Transport): Engine {
  return makers[transport][api]({ model: models[api], apiKey: 'key', baseUrl })
}

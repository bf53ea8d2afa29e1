import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { isList, objectsIn, parseJson } from './json.ts'

/** The wire formats that are recorded. */
export type Api = 'openai-chat' | 'openai-responses' | 'anthropic-messages'

export const apis: readonly Api[] = ['openai-chat', 'openai-responses', 'anthropic-messages']

/** A call that is expected: its arguments parsed, or `{ $unparsed }`. */
export interface ExpectedCall {
  readonly id: string
  readonly name: string
  readonly args: JsonValue
}

/** Tokens as the provider states them. */
export interface ExpectedUsage {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cached: number | undefined
  readonly cacheWrite: number | undefined
  readonly reasoning: number | undefined
  readonly total: number | undefined
}

/** What must come of a response. */
export interface Expected {
  readonly stream: boolean
  readonly text: string
  readonly reasoning: string
  readonly opaqueReasoning: number
  readonly refusal: string | undefined
  readonly toolCalls: readonly ExpectedCall[]
  readonly serverToolCalls: readonly ExpectedCall[]
  readonly citations: number
  readonly stopReason: string | undefined
  readonly stopDetail: string | undefined
  readonly complete: boolean
  readonly usage: ExpectedUsage | undefined
  readonly error: { readonly type: string | undefined; readonly code: string | undefined } | undefined
}

/** One request, as the provider accepted it, and its response. */
export interface Exchange {
  readonly id: string
  readonly api: Api
  readonly provider: string
  readonly model: string
  readonly request: { readonly path: string; readonly body: JsonObject } | undefined
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly expected: Expected
}

/** How a request follows the response before it. */
type Link = 'calls replayed' | 'previous_response_id' | 'no calls in the turn before'

/** A recorded conversation. */
export interface Conversation {
  readonly id: string
  readonly api: Api
  readonly exchanges: readonly Exchange[]
  /** One entry per exchange but the first. */
  readonly links: readonly Link[]
}

const folder = new URL('../../recordings/', import.meta.url)

/** All recorded conversations of the three APIs. @throws Error when the data is not in its form. */
export function readRecordings(): readonly Conversation[] {
  const index = readObject('index.json')
  return objectsIn(index['items']).flatMap((item) => {
    const api = apis.find((name) => name === item['api'])
    if (api === undefined) return []
    const exchanges = texts(item['files']).map((file) => readExchange(readObject(file), api))
    return [{ id: text(item, 'id'), api, exchanges, links: texts(item['links']).map(readLink) }]
  })
}

/** All recorded exchanges of the three APIs. */
export function readExchanges(): readonly Exchange[] {
  return readRecordings().flatMap(({ exchanges }) => exchanges)
}

function readObject(path: string): JsonObject {
  const value = parseJson(readFileSync(new URL(path, folder), 'utf8'))
  if (isJsonObject(value)) return value
  throw new Error(`${path} is no JSON object`)
}

function readExchange(data: JsonObject, api: Api): Exchange {
  const request = data['request']
  const response = object(data, 'response')
  return {
    id: `${api}/${text(data, 'scenario')}${data['turns'] === 1 ? '' : `.${data['turn']}`}`,
    api,
    provider: text(data, 'provider'),
    model: text(data, 'model'),
    request: isJsonObject(request) ? { path: text(request, 'path'), body: object(request, 'body') } : undefined,
    response: {
      status: number(response, 'status') ?? 200,
      contentType: text(response, 'contentType'),
      body: text(response, 'body'),
    },
    expected: readExpected(object(data, 'expected')),
  }
}

function readExpected(data: JsonObject): Expected {
  const { usage, error } = data
  return {
    stream: data['stream'] === true,
    text: text(data, 'text'),
    reasoning: text(data, 'reasoning'),
    opaqueReasoning: number(data, 'opaqueReasoning') ?? 0,
    refusal: optionalText(data, 'refusal'),
    toolCalls: objectsIn(data['toolCalls']).map(readCall),
    serverToolCalls: objectsIn(data['serverToolCalls']).map(readCall),
    citations: number(data, 'citations') ?? 0,
    stopReason: optionalText(data, 'stopReason'),
    stopDetail: optionalText(data, 'stopDetail'),
    complete: data['complete'] === true,
    usage: isJsonObject(usage) ? readUsage(usage) : undefined,
    error: isJsonObject(error) ? { type: optionalText(error, 'type'), code: optionalText(error, 'code') } : undefined,
  }
}

function readUsage(data: JsonObject): ExpectedUsage {
  const read = (name: keyof ExpectedUsage) => number(data, name)
  return {
    input: read('input'),
    output: read('output'),
    cached: read('cached'),
    cacheWrite: read('cacheWrite'),
    reasoning: read('reasoning'),
    total: read('total'),
  }
}

function readCall(data: JsonObject): ExpectedCall {
  return { id: text(data, 'id'), name: text(data, 'name'), args: data['args'] ?? null }
}

function readLink(link: string): Link {
  if (link === 'calls replayed' || link === 'previous_response_id' || link === 'no calls in the turn before')
    return link
  throw new Error(`unknown link: ${link}`)
}

function object(data: JsonObject, name: string): JsonObject {
  const value = data[name]
  if (isJsonObject(value)) return value
  throw new Error(`${name} is no object in a recording`)
}

function text(data: JsonObject, name: string): string {
  const value = data[name]
  if (typeof value === 'string') return value
  throw new Error(`${name} is no text in a recording`)
}

function optionalText(data: JsonObject, name: string): string | undefined {
  const value = data[name]
  return typeof value === 'string' ? value : undefined
}

function number(data: JsonObject, name: string): number | undefined {
  const value = data[name]
  return typeof value === 'number' ? value : undefined
}

function texts(value: JsonValue | undefined): readonly string[] {
  return isList(value) ? value.filter((entry) => typeof entry === 'string') : []
}

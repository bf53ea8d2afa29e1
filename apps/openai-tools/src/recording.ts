import { readFileSync } from 'node:fs'
import type { Tool } from '@geppetto/tools'
import { isJsonObject, isSameJson, type JsonObject, type JsonValue, parseToolInput } from '@geppetto/turns'

/** A request that the API was sent, and its answer. */
export interface Exchange {
  /** The body; undefined where the recording has the answer alone. */
  readonly request?: JsonObject
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string }
}

const folder = new URL('../../../packages/testing/recordings/', import.meta.url)

/** The exchanges of a recording, in order. @throws Error when there is no such recording, or it is damaged. */
export function readRecording(id: string): readonly Exchange[] {
  const item = objectsIn(readJson('index.json').items).find((candidate) => candidate.id === id)
  const files = Array.isArray(item?.files) ? item.files : []
  if (files.length === 0) throw new Error(`there is no recording ${id}`)
  return files.map((file) => readExchange(String(file)))
}

/** The tools, giving back what they gave back when the traffic was recorded. */
export function withRecordedResults(tools: readonly Tool[], exchanges: readonly Exchange[]): readonly Tool[] {
  const items = exchanges.flatMap(({ request }) => objectsIn(request?.input))
  return tools.map((tool) => ({ ...tool, execute: (input) => recordedResult(items, tool.name, input) }))
}

/** The ids of the calls that a request brings results for, with the results. */
export function resultsIn(request: JsonObject | undefined): ReadonlyMap<string, JsonValue | undefined> {
  const results = objectsIn(request?.input).filter(({ type }) => type === 'function_call_output')
  return new Map(results.map((item) => [String(item.call_id), item.output]))
}

function recordedResult(items: readonly JsonObject[], name: string, input: unknown): JsonValue {
  const call = items.find((item) => item.type === 'function_call' && item.name === name && isInput(item, input))
  const output = items.find((item) => item.type === 'function_call_output' && item.call_id === call?.call_id)?.output
  if (call === undefined || output === undefined)
    throw new Error(`${name} was not called like that when the traffic was recorded`)
  return output
}

function isInput(call: JsonObject, input: unknown): boolean {
  const recorded = parseToolInput(String(call.arguments), true)
  return recorded.state === 'parsed' && isSameJson(recorded.value, input)
}

function readExchange(file: string): Exchange {
  const { request, response } = readJson(file)
  if (!isJsonObject(response)) throw new Error(`${file} has no response`)
  const { status, contentType, body } = response
  if (typeof status !== 'number' || typeof contentType !== 'string' || typeof body !== 'string')
    throw new Error(`${file} has no response`)
  const sent = isJsonObject(request) && isJsonObject(request.body) ? { request: request.body } : undefined
  return { ...sent, response: { status, contentType, body } }
}

function readJson(file: string): JsonObject {
  const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  if (!isJsonObject(content)) throw new Error(`${file} is no recording`)
  return content
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

import type { JsonObject, JsonValue } from '@geppetto/turns'
import { asText, isList, parseJson, visitObjects } from './json.ts'
import type { Api, Exchange } from './recordings.ts'

/** A value that only its maker understands, and what kind it is. */
interface OpaqueValue {
  readonly kind: 'secret' | 'id'
  readonly value: string
}

/**
 * Knows which API made which opaque value (signatures, encrypted content, item and call ids), so that a validator can tell what
 * is at home in a request and what is not.
 */
export class OpaqueLedger {
  readonly #makers = new Map<string, { readonly kind: OpaqueValue['kind']; readonly apis: Set<Api> }>()

  /** What an API said, or accepted. */
  learn(api: Api, data: JsonValue | undefined): void {
    for (const { kind, value } of opaqueValues(data)) this.add(api, kind, value)
  }

  add(api: Api, kind: OpaqueValue['kind'], value: string): void {
    const known = this.#makers.get(value)
    if (known === undefined) this.#makers.set(value, { kind, apis: new Set([api]) })
    else known.apis.add(api)
  }

  /** Whether the API is known to have made the value. */
  isHome(api: Api, value: string): boolean {
    return this.#makers.get(value)?.apis.has(api) === true
  }

  /** The values that other APIs made and this one did not. */
  foreignTo(api: Api): readonly string[] {
    return [...this.#makers].filter(([, { apis }]) => !apis.has(api)).map(([value]) => value)
  }
}

/** A ledger of what is in the exchanges: answers, and requests that were accepted. */
export function ledgerOf(exchanges: readonly Exchange[]): OpaqueLedger {
  const ledger = new OpaqueLedger()
  for (const { api, request, response } of exchanges) {
    ledger.learn(api, request?.body)
    for (const payload of payloadsOf(response)) ledger.learn(api, payload)
  }
  return ledger
}

/** The JSON payloads of a response: the one of a plain answer, those of a stream's frames. */
export function payloadsOf(response: Exchange['response']): readonly JsonValue[] {
  if (!response.contentType.includes('event-stream')) return [parseJson(response.body) ?? null]
  return response.body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => parseJson(line.slice('data:'.length)) ?? null)
}

/** Fields whose text is opaque wherever they stand. */
const secretFields: ReadonlySet<string> = new Set(['signature', 'encrypted_content', 'encrypted_index'])
const idFields: ReadonlySet<string> = new Set(['call_id', 'tool_call_id', 'tool_use_id'])

/** The opaque values in a request or an answer. */
export function opaqueValues(data: JsonValue | undefined): readonly OpaqueValue[] {
  const found: OpaqueValue[] = []
  const add = (kind: OpaqueValue['kind'], value: JsonValue | undefined) => {
    const text = asText(value)
    if (text !== undefined && text !== '') found.push({ kind, value: text })
  }
  visitObjects(data, (object) => {
    for (const [name, value] of Object.entries(object)) {
      if (secretFields.has(name)) add('secret', value)
      if (idFields.has(name)) add('id', value)
    }
    if (hasSecretData(object)) add('secret', object['data'])
    if (isItem(object)) add('id', object['id'])
    if (isList(object['tool_calls']))
      for (const call of object['tool_calls']) visitObjects(call, (inner) => add('id', inner['id']))
  })
  return found
}

function hasSecretData({ type }: JsonObject): boolean {
  return type === 'redacted_thinking' || type === 'reasoning.encrypted'
}

/** What an API gives an id of its own, as an item or a block. */
function isItem(object: JsonObject): boolean {
  return (
    typeof object['type'] === 'string' &&
    /^(rs|msg|fc|ws|ci|fs|mcp|mcpl|toolu|srvtoolu|mcptoolu)_/.test(String(object['id']))
  )
}

import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { asText, visitObjects } from './json.ts'
import { payloadsOf } from './opaque-ledger.ts'
import type { Exchange } from './recordings.ts'

/** The opaque values of a response's reasoning that must come back value-exact in the next request. */
export function reasoningSecrets({ response }: Exchange): readonly string[] {
  const secrets = new Set<string>()
  for (const payload of payloadsOf(response)) {
    if (!isJsonObject(payload)) continue
    for (const item of finalItems(payload))
      visitObjects(item, (object) => {
        const secret = secretOf(object)
        if (secret !== undefined && secret !== '') secrets.add(secret)
      })
  }
  return [...secrets]
}

/** What holds the values to keep. A Responses item has others when it begins, and again others when all is repeated at the end. */
function finalItems(payload: JsonObject): readonly JsonValue[] {
  const { type } = payload
  if (typeof type !== 'string' || !type.startsWith('response.')) return [payload]
  return type === 'response.output_item.done' ? [payload['item'] ?? null] : []
}

function secretOf(object: JsonObject): string | undefined {
  switch (object['type']) {
    case 'thinking':
    case 'signature_delta':
    case 'reasoning.text':
      return asText(object['signature'])
    case 'redacted_thinking':
    case 'reasoning.encrypted':
      return asText(object['data'])
    case 'reasoning':
      return asText(object['encrypted_content'])
    default:
      return undefined
  }
}

import type { JsonObject } from '@geppetto/turns'
import { checkAnthropicRequest } from './anthropic-rules.ts'
import { checkChatRequest } from './chat-rules.ts'
import { type Finding, Findings, type HostRules } from './findings.ts'
import { type OpaqueLedger, opaqueValues } from './opaque-ledger.ts'
import type { Api } from './recordings.ts'
import { checkResponsesRequest } from './responses-rules.ts'

const checks: Readonly<Record<Api, (found: Findings, body: JsonObject, host: HostRules) => void>> = {
  'openai-chat': checkChatRequest,
  'openai-responses': checkResponsesRequest,
  'anthropic-messages': checkAnthropicRequest,
}

/** What in the request's body breaks the API's rules; nothing when it would be accepted. */
export function findRequestFaults(api: Api, body: JsonObject, host: HostRules = {}): readonly Finding[] {
  const found = new Findings()
  checks[api](found, body, host)
  if (host.ledger !== undefined) checkOpaque(found, api, body, host.ledger)
  return found.list
}

/** Opaque data in its place must be the API's own; that of others may be nowhere, not even inside a text. */
function checkOpaque(found: Findings, api: Api, body: JsonObject, ledger: OpaqueLedger): void {
  for (const { kind, value } of opaqueValues(body))
    if (kind === 'secret')
      found.demand(ledger.isHome(api, value), 'foreign-opaque', value.slice(0, 40), 'is not this API’s own')
  const text = JSON.stringify(body)
  for (const value of ledger.foreignTo(api))
    if (text.includes(JSON.stringify(value).slice(1, -1)))
      found.report('foreign-opaque', value.slice(0, 40), 'is of another API')
}

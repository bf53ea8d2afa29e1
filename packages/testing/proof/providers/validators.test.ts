import { defined, isJsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { anthropicMutations } from './anthropic-mutations.ts'
import { chatMutations } from './chat-mutations.ts'
import { ledgerOf, type OpaqueLedger } from './opaque-ledger.ts'
import { type Api, apis, readExchanges } from './recordings.ts'
import type { RequestMutation } from './request-mutations.ts'
import { findRequestFaults } from './request-rules.ts'
import { responsesMutations } from './responses-mutations.ts'

const exchanges = readExchanges()
const ledger = ledgerOf(exchanges)

const mutationLedgers = new Map(apis.map((api) => [api, mutationLedger(api)]))

/** Knows also what the mutations put in: opaque data of the API's own, and of another. */
function mutationLedger(api: Api): OpaqueLedger {
  const known = ledgerOf(exchanges.filter((exchange) => exchange.api === api))
  known.add(api, 'secret', 'OWN SECRET')
  known.add(api === 'openai-responses' ? 'anthropic-messages' : 'openai-responses', 'secret', 'FOREIGN SECRET')
  return known
}

/** The names of the rules that the mutated request breaks. */
function rulesBroken({ of, change }: RequestMutation): readonly string[] {
  const exchange = exchanges.find(({ id }) => id === of)
  if (exchange?.request === undefined) throw new Error(`there is no request of ${of}`)
  const { api, provider, request } = exchange
  const body = change(request.body)
  if (!isJsonObject(body)) throw new Error('a body is an object')
  return findRequestFaults(api, body, { provider, ...defined({ ledger: mutationLedgers.get(api) }) }).map(
    ({ rule }) => rule,
  )
}

it('the validators pass every request that was accepted', () => {
  const accepted = exchanges.flatMap(({ request, ...exchange }) =>
    request === undefined ? [] : [{ ...exchange, request }],
  )
  expect(accepted.length).toBeGreaterThan(100)
  const faults = accepted.flatMap(({ id, api, provider, request }) =>
    findRequestFaults(api, request.body, { provider, ledger }).map(
      ({ rule, at, message }) => `${id}: ${rule} ${at} ${message}`,
    ),
  )
  expect(faults).toEqual([])
})

describe.each([
  { api: 'Chat Completions', mutations: chatMutations },
  { api: 'Responses', mutations: responsesMutations },
  { api: 'Messages', mutations: anthropicMutations },
])('the validator of $api refuses', ({ mutations }) => {
  it.each(mutations)('$what, by the rule $rule', (mutation) => {
    expect(rulesBroken(mutation)).toContain(mutation.rule)
  })
})

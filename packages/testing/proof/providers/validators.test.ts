import { describe, expect, it } from 'vitest'
import { ledgerOf } from './opaque-ledger.ts'
import { readExchanges } from './recordings.ts'
import { findRequestFaults } from './request-rules.ts'

const exchanges = readExchanges()
const ledger = ledgerOf(exchanges)

describe('the validators', () => {
  it('pass every request that was accepted', () => {
    const faults = exchanges.flatMap(({ id, api, provider, request }) =>
      request === undefined
        ? []
        : findRequestFaults(api, request.body, { provider, ledger }).map(
            (fault) => `${id}: ${fault.rule} ${fault.at} ${fault.message}`,
          ),
    )
    expect(faults).toEqual([])
  })
})

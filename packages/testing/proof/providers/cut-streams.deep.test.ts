import { describe, expect, it } from 'vitest'
import { faultsOfCut, toolStreams } from './cut-streams.ts'
import { carriers } from './engines.ts'

describe.each(carriers)('P6: no tool runs by %s', (carrier) => {
  it.each(toolStreams())('on $id, cut at any byte', async (exchange) => {
    const { length } = new TextEncoder().encode(exchange.response.body)
    const faults: string[] = []
    for (let at = 0; at < length; at++) faults.push(...(await faultsOfCut(exchange, at, carrier)))
    expect(faults).toEqual([])
  })
})

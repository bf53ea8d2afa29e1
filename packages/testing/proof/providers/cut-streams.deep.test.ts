import { expect, it } from 'vitest'
import { faultsOfCut, toolStreams } from './cut-streams.ts'

it.each(toolStreams())('P6: no tool runs on $id, cut at any byte', async (exchange) => {
  const { length } = new TextEncoder().encode(exchange.response.body)
  const faults: string[] = []
  for (let at = 0; at < length; at++) faults.push(...(await faultsOfCut(exchange, at)))
  expect(faults).toEqual([])
})

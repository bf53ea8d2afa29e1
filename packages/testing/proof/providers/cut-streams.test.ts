import { describe, expect, it } from 'vitest'
import { cutsInInput, faultsOfCut, playCut, toolStreams, wholeCalls } from './cut-streams.ts'
import { carriers } from './engines.ts'

/** A prime, so that the cuts go through everything that repeats; the deep test cuts at every byte. */
const step = 61

describe('P6: no tool runs on a recorded stream that was cut', () => {
  it.each(toolStreams())('$id, anywhere', async (exchange) => {
    const { length } = new TextEncoder().encode(exchange.response.body)
    const faults: string[] = []
    for (let at = 0; at < length; at += step) faults.push(...(await faultsOfCut(exchange, at)))
    expect(faults).toEqual([])
  })

  it.each(toolStreams())('$id, at each byte of what a tool is called with', async (exchange) => {
    const cuts = cutsInInput(exchange)
    expect(cuts.length).toBeGreaterThan(10)
    const faults: string[] = []
    for (const at of cuts) faults.push(...(await faultsOfCut(exchange, at)))
    expect(faults).toEqual([])
  })

  it.each(carriers.flatMap((carrier) => toolStreams().map((exchange) => ({ carrier, id: exchange.id, exchange }))))(
    'and whole $id runs its tools by $carrier',
    async ({ carrier, exchange }) => {
      const { executable } = await playCut(exchange, Number.POSITIVE_INFINITY, carrier)
      expect(executable).toEqual(wholeCalls(exchange))
    },
  )
})

import { describe, expect, it } from 'vitest'
import { faultsOfCut, playCut, toolStreams } from './cut-streams.ts'

/** A prime, so that the cuts go through everything that repeats; the deep test cuts at every byte. */
const step = 61

describe('P6: no tool runs on a recorded stream that was cut', () => {
  it.each(toolStreams())('$id', async (exchange) => {
    const { length } = new TextEncoder().encode(exchange.response.body)
    const faults: string[] = []
    for (let at = 0; at < length; at += step) faults.push(...(await faultsOfCut(exchange, at)))
    expect(faults).toEqual([])
  })

  it.each(toolStreams())('and whole $id runs its tools', async (exchange) => {
    const { executable } = await playCut(exchange, Number.POSITIVE_INFINITY)
    expect(executable).toEqual(exchange.expected.toolCalls.map(({ name }) => name))
  })
})

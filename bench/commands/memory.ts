// One long answer in a warm process: what is held of it while the program has the result, and how much the process grew.
import { setImmediate } from 'node:timers/promises'
import { toolUse } from '../clients/weather-tool.ts'
import { textLength } from '../wire/text.ts'
import type { Command } from './command.ts'
import { countingWork, faultOf } from './measure.ts'
import { heldKB, peakMB } from './memory-use.ts'

export const run: Command = async ({ api, scenario }, { setUp }) => {
  const warm = await setUp(api, { ...scenario, deltas: 200 }, [])
  for (let count = 0; count < 5; count++) await warm.stream(countingWork(scenario, 0, { deltas: 0, characters: 0 }))
  warm.close?.()
  const client = await setUp(api, scenario, [])
  const tally = { deltas: 0, characters: 0 }
  const before = toolUse()
  const heldBefore = heldKB()
  const peakBefore = peakMB()
  const result = await client.stream(countingWork(scenario, 0, tally))
  const grewMB = peakMB() - peakBefore
  // What the connection itself holds for a moment is not the answer's.
  await setImmediate()
  const retainedKB = heldKB() - heldBefore
  client.close?.()
  // Read after the measurement, or it would be garbage in it.
  const fault = result === undefined ? 'no result' : faultOf(scenario, 1, tally, before)
  const textKB = textLength(scenario.deltas) / 1_024
  const figures = { retainedKB, retainedTexts: retainedKB / textKB, grewMB, peakMB: peakMB() }
  return { figures, ...(fault === undefined ? undefined : { fault }) }
}

// `count` streams at once: CPU time of all, the peak of memory, and how late the event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { toolUse } from '../clients/weather-tool.ts'
import type { Command } from './command.ts'
import { countingWork, faultOf, timed } from './measure.ts'
import { peakMB } from './memory-use.ts'

export const run: Command = async ({ api, scenario, count = 1 }, { setUp }) => {
  const warm = await setUp(api, { ...scenario, gapMs: 0 }, [])
  const client = await setUp(api, scenario, [])
  const tally = { deltas: 0, characters: 0 }
  const before = toolUse()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const timing = await timed(
    1,
    () => Promise.all(Array.from({ length: count }, () => client.stream(countingWork(scenario, 0, tally)))),
    () => warm.stream(countingWork(scenario, 0, { deltas: 0, characters: 0 })),
  )
  delay.disable()
  client.close?.()
  warm.close?.()
  const fault = faultOf(scenario, count, tally, before)
  const figures = { ...timing, peakMB: peakMB(), loopDelayMs: delay.percentile(99) / 1e6 }
  return { figures, ...(fault === undefined ? undefined : { fault }) }
}

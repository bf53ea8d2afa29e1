// Streams an answer, or runs tools to an answer: CPU time and time on the wall for one.
import type { Client, Work } from '../clients/client.ts'
import { priorMessages } from '../clients/conversation.ts'
import { toolUse } from '../clients/weather-tool.ts'
import type { Command } from './command.ts'
import { countingWork, faultOf, timed } from './measure.ts'

export const run: Command = async ({ api, scenario, repeats = 1, untimed = 0, prior = 0 }, { setUp }) => {
  const client = await setUp(api, scenario, priorMessages(prior))
  const tally = { deltas: 0, characters: 0 }
  const work = countingWork(scenario, prior, tally)
  const before = toolUse()
  for (let count = 0; count < untimed; count++) await doWork(client, work)
  const timing = await timed(repeats, () => doWork(client, work))
  client.close?.()
  const fault = faultOf(scenario, untimed + repeats, tally, before)
  return { figures: { ...timing }, ...(fault === undefined ? undefined : { fault }) }
}

function doWork(client: Client, work: Work): Promise<unknown> {
  if (work.maxSteps === 0) return client.stream(work)
  if (client.runTools === undefined) throw new Error('this client runs no tools')
  return client.runTools(work)
}

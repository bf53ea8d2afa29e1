// Streams an answer, or runs tools to an answer: CPU time and time on the wall for one.
import type { Client, Work } from '../clients/client.ts'
import { priorMessages } from '../clients/conversation.ts'
import { toolUse } from '../clients/weather-tool.ts'
import type { Command } from './command.ts'
import { countingWork, faultOf, timed } from './measure.ts'

export const run: Command = async ({ api, scenario, repeats = 1, isFirst = false, prior = 0 }, { setUp }) => {
  const client = await setUp(api, scenario, priorMessages(prior))
  // What is measured is how the client meets the conversation: then another one warms the code up.
  const warm = isFirst ? await setUp(api, scenario, []) : client
  const tally = { deltas: 0, characters: 0 }
  const work = countingWork(scenario, prior, tally)
  const before = toolUse()
  const timing = await timed(
    repeats,
    () => doWork(client, work),
    () => doWork(warm, isFirst ? countingWork(scenario, 0, tally) : work),
  )
  client.close?.()
  if (warm !== client) warm.close?.()
  const fault = faultOf(scenario, 1 + repeats, tally, before)
  return { figures: { ...timing }, ...(fault === undefined ? undefined : { fault }) }
}

function doWork(client: Client, work: Work): Promise<unknown> {
  if (work.maxSteps === 0) return client.stream(work)
  if (client.runTools === undefined) throw new Error('this client runs no tools')
  return client.runTools(work)
}

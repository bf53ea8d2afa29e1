// A conversation of two turns, streamed as it is written. Swap `eliza()` for another engine and nothing else changes.
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { textPrinter } from '@geppetto/events'
import { eliza } from '@geppetto/provider-eliza'
import { Session } from '@geppetto/session'

const session = new Session({
  builder: createEngineBuilder({ base: eliza(), eventSinks: [textPrinter(process.stdout)] }),
})

for (const prompt of ['I am a little tired today.', 'My work is hard.']) {
  console.log(`> ${prompt}`)
  session.appendNewTurnFromUserPrompt(prompt)
  const { status } = await session.startInference().wait()
  if (status !== 'completed') process.exitCode = 1
}

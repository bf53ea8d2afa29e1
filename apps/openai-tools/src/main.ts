// OpenAI's Responses API by its own SDK: with a key over the network, without one against recorded traffic on loopback.
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { openaiResponses } from '@geppetto/provider-openai'
import { Session } from '@geppetto/session'
import { toErrorData, visibleText } from '@geppetto/turns'
import { help, OptionError, parseOptions } from './options.ts'
import { readRecording, withRecordedResults } from './recording.ts'
import { printSections } from './sections.ts'
import { startReplay } from './start-replay.ts'
import { tokenLine } from './token-line.ts'

async function main(args: readonly string[]): Promise<number> {
  const hasKey = (process.env.OPENAI_API_KEY?.trim() ?? '') !== ''
  const options = parseOptions(args, hasKey)
  if (options === undefined) {
    console.log(help)
    return 0
  }
  const { mode, model = mode.model, prompt = mode.prompt } = options
  const exchanges = hasKey ? [] : readRecording(mode.recording)
  await using replay = hasKey ? undefined : await startReplay(exchanges)
  if (replay !== undefined)
    console.log(`OPENAI_API_KEY is not set: this is a replay of recorded traffic, ${mode.recording}`)

  // What is left out, the SDK takes from the environment.
  const connection = replay === undefined ? {} : { apiKey: 'replayed', baseUrl: `${replay.url}/v1` }
  const session = new Session({
    builder: createEngineBuilder({
      base: openaiResponses({ model, ...mode.options, ...connection }),
      middlewares: mode.instructions === undefined ? [] : [systemPrompt(mode.instructions)],
      tools: replay === undefined ? mode.tools : withRecordedResults(mode.tools, exchanges),
      eventSinks: [printSections((text) => process.stdout.write(text))],
    }),
  })
  console.log(`Prompt to ${model}: ${prompt}\n`)
  const result = await session.submit(prompt).wait()
  console.log(`\n${tokenLine(result.usage)}`)
  if (result.status !== 'failed') return 0
  console.error(visibleText(`The answer failed: ${toErrorData(result.error).message}`))
  return 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

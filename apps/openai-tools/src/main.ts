// OpenAI's Responses API by its own SDK: with a key over the network, without one against recorded traffic on loopback.
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { Session } from '@geppetto/session'
import { createEngineFromSettings, explain, isSettingsError, type SettingsLayer, valuesLayer } from '@geppetto/settings'
import { toErrorData, visibleText } from '@geppetto/turns'
import { help, OptionError, parseOptions, readSettings } from './options.ts'
import { readRecording, withRecordedResults } from './recording.ts'
import { printSections } from './sections.ts'
import { startReplay } from './start-replay.ts'
import { tokenLine } from './token-line.ts'

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, process.env)
  if (options === undefined) {
    console.log(help)
    return 0
  }
  if (options.printsSettings) {
    process.stdout.write(explain(options.settings))
    return 0
  }
  const { mode, layers, isLive, prompt = mode.prompt } = options
  const exchanges = isLive ? [] : readRecording(mode.recording)
  await using replay = isLive ? undefined : await startReplay(exchanges)
  if (replay !== undefined)
    console.log(`OPENAI_API_KEY is not set: this is a replay of recorded traffic, ${mode.recording}`)
  const settings = replay === undefined ? options.settings : readSettings([...layers, replayLayer(replay.url)])
  const engine = createEngineFromSettings(settings)
  const session = new Session({
    builder: createEngineBuilder({
      base: engine,
      middlewares: mode.instructions === undefined ? [] : [systemPrompt(mode.instructions)],
      tools: replay === undefined ? mode.tools : withRecordedResults(mode.tools, exchanges),
      eventSinks: [printSections((text) => process.stdout.write(text))],
    }),
  })
  console.log(`Prompt to ${engine.info.model}: ${prompt}\n`)
  const result = await session.submit(prompt).wait()
  console.log(`\n${tokenLine(result.usage)}`)
  if (result.status !== 'failed') return 0
  console.error(visibleText(`The answer failed: ${toErrorData(result.error).message}`))
  return 1
}

function replayLayer(url: string): SettingsLayer {
  const api = { base_url: `${url}/v1`, api_keys: { 'openai-api-key': 'replayed' } }
  return valuesLayer({ api }, 'replay')
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof OptionError) && !isSettingsError(error)) throw error
  console.error(error.message)
  process.exitCode = 2
}

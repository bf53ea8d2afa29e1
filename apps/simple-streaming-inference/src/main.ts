// An engine used directly, then the same engine in a session. Both stream to the same printer.
import { background } from '@geppetto/context'
import { isEngineError } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { textPrinter, withEventSinks } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { createTurn, printTurn, userBlock, visibleText } from '@geppetto/turns'
import { startProgram } from 'engine-choice'

// eliza({ delayMs: 25 }), or what the settings say, as by --engine, --model and --profile.
const { engine, prompt = 'I am a little tired today.' } = await startProgram({ eliza: { delay_ms: 25 } })
const printer = textPrinter(process.stdout)

console.log('--- An engine, directly: sinks come with the context.')
const ctx = withEventSinks(background(), printer)
try {
  await engine.runInference(ctx, createTurn({ blocks: [userBlock(prompt)] }))
} catch (error) {
  if (!isEngineError(error)) throw error
  console.error(visibleText(`The call failed (${error.code}): ${error.message}`))
}

console.log('\n--- The same engine in a session, which keeps the history: sinks come with the builder.')
const session = new Session({ builder: createEngineBuilder({ base: engine, eventSinks: [printer] }) })
session.appendNewTurnFromUserPrompt(prompt)
const { status, turn } = await session.startInference().wait()

console.log(`\n--- The final turn (${status}):`)
process.stdout.write(printTurn(turn))
if (status === 'failed') process.exitCode = 1

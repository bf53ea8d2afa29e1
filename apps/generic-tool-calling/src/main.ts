// A session whose engine calls tools, several at once, and answers from their results.
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { textPrinter } from '@geppetto/events'
import { Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { printTurn } from '@geppetto/turns'
import { startProgram } from 'engine-choice'
import { z } from 'zod'

const weather = defineTool({
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  input: z.object({ city: z.string().describe('The name of the city, such as Paris') }),
  effects: 'none',
  execute: ({ city }) => `${city}: light rain, 15 degrees (made up for this example)`,
})

const multiply = defineTool({
  name: 'multiply',
  description: 'Multiplies two numbers.',
  input: z.object({ first: z.number(), second: z.number() }),
  effects: 'none',
  execute: ({ first, second }) => first * second,
})

const reminder = defineTool({
  name: 'set_reminder',
  description: 'Sets a reminder for the user.',
  input: z.object({
    text: z.string().describe('What to remind of'),
    minutes: z.number().int().positive().describe('In how many minutes'),
  }),
  effects: 'side-effecting',
  execute: ({ text, minutes }) => `I will remind you in ${minutes} minutes: ${text} (not really)`,
})

// eliza({ delayMs: 25 }), or what the settings say, as by --engine, --model and --profile.
const {
  engine,
  prompt = 'What is the weather in Paris? Multiply 6 and 7, and set a reminder "take an umbrella" in 20 minutes.',
} = await startProgram({ eliza: { delay_ms: 25 } })

const session = new Session({
  builder: createEngineBuilder({
    base: engine,
    tools: [weather, multiply, reminder],
    toolConfig: { maxParallel: 2, timeoutMs: 5_000 },
    loopConfig: { maxIterations: 5 },
    eventSinks: [textPrinter(process.stdout)],
  }),
})
session.appendNewTurnFromUserPrompt(prompt)
const { status, turn } = await session.startInference().wait()

console.log(`\n--- The final turn (${status}):`)
process.stdout.write(printTurn(turn))
if (status === 'failed') process.exitCode = 1

// A session with a tool, kept in a file: closed after one answer, opened again by its id, and gone on with.
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { defineTool } from '@geppetto/tools'
import { assistantText, printTurn } from '@geppetto/turns'
import { z } from 'zod'

const getWeather = defineTool({
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  input: z.object({ city: z.string() }),
  effects: 'none',
  execute: ({ city }) => `12 degrees and rain in ${city}`,
})

const builder = createEngineBuilder({ base: eliza(), tools: [getWeather] })
const path = process.argv[2] ?? 'sessions.db'

const first = openSqliteStore(path)
const session = new Session({ store: first, builder })
console.log(printTurn(await session.run('What is the weather in Paris?')))
first.close()

const second = openSqliteStore(path)
const again = await Session.open(second, session.id, { builder })
console.log(assistantText(await again.run('And in Rome?')))
second.close()

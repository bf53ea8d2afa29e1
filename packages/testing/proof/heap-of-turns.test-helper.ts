import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { quietEngine } from './quiet-engine.test-helper.ts'

// Prints how many bytes of heap a session of so many completed turns holds.
const turns = Number(process.argv[2])
const session = new Session({ builder: createEngineBuilder({ base: quietEngine }) })
await session.run('Hello')
const before = heap()
for (let count = 1; count < turns; count++) await session.run(`Question number ${count}, in a few words.`)
process.stdout.write(JSON.stringify({ bytes: heap() - before, turns: session.turnCount }))

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

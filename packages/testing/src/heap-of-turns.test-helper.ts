import { type Engine, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'

// Prints how many bytes of heap a session of so many completed turns holds. Not with the scripted engine: that one remembers
// every turn that it was given.
const turns = Number(process.argv[2])
const info = { api: 'test', host: 'embedded', model: 'test' }
const base: Engine = {
  info,
  async runInference(ctx, turn) {
    const call = startProviderCall(ctx, turn, info)
    const text = call.text()
    text.append('An answer of some ten words, as they are given every day.')
    text.finish()
    call.stop('end_turn')
    return call.finish()
  },
}
const session = new Session({ builder: createEngineBuilder({ base }) })
await session.run('Hello')
const before = heap()
for (let count = 1; count < turns; count++) await session.run(`Question number ${count}, in a few words.`)
process.stdout.write(String(heap() - before))

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

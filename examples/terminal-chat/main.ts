// A chat in the terminal: answers are printed as they are written. Ctrl-C stops an answer, and between answers the chat; Ctrl-D ends it.
import { createInterface } from 'node:readline/promises'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { textPrinter } from '@geppetto/events'
import { eliza } from '@geppetto/provider-eliza'
import { type ExecutionHandle, Session } from '@geppetto/session'

// With words that come one after the other, so that there is time to stop them.
const engine = eliza({ delayMs: process.stdin.isTTY ? 80 : 0 })
const session = new Session({
  builder: createEngineBuilder({ base: engine, eventSinks: [textPrinter(process.stdout)] }),
})

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
let running: ExecutionHandle | undefined
terminal.on('SIGINT', () => {
  if (running === undefined) terminal.close()
  else running.cancel()
})

terminal.prompt()
for await (const line of terminal) {
  if (line.trim() !== '') {
    running = session.submit(line)
    const { status } = await running.wait()
    running = undefined
    if (status === 'cancelled') console.log('(stopped)')
  }
  terminal.prompt()
}
console.log()

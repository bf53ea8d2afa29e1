import { toErrorData, visibleText } from '@geppetto/turns'
import { adviceFor } from './advice.ts'
import { type CommandScope, runCommand } from './commands.ts'
import type { Paint } from './style.ts'
import type { Terminal } from './terminal.ts'
import { confirmedTools } from './tools/index.ts'

/** What a conversation needs. */
export interface ConversationParts extends CommandScope {
  readonly terminal: Terminal
  readonly paint: Paint
  /** Ends the conversation. */
  readonly signal: AbortSignal
}

/** Talks until the user leaves: reads a line, answers it, and again. */
export async function converse(parts: ConversationParts): Promise<void> {
  const { terminal, paint, signal } = parts
  terminal.write(banner(parts))
  while (!signal.aborted) {
    const line = await terminal.readLine(paint('bold', '> '))
    if (line === undefined) return
    const prompt = line.trim()
    if (prompt === '') continue
    const interrupt = new AbortController()
    terminal.onInterrupt = () => interrupt.abort()
    const outcome = await runCommand(prompt, parts, interrupt.signal)
    if (!outcome.isCommand) await answer(parts, prompt)
    else if (outcome.text === undefined) return
    else terminal.write(`${outcome.text}\n`)
  }
}

async function answer({ backend, answering, terminal, paint }: ConversationParts, prompt: string): Promise<void> {
  try {
    const { handle, finished } = backend.start(prompt)
    terminal.onInterrupt = () => {
      void handle.cancel('user')
    }
    const result = await finished
    for (const { message } of result.warnings) terminal.write(`${paint('yellow', `[warning] ${message}`)}\n`)
    const advice = result.status === 'failed' ? adviceFor(result.error, answering.choice, '/') : undefined
    if (advice !== undefined) terminal.write(`${paint('dim', visibleText(advice))}\n`)
  } catch (error) {
    terminal.write(`${paint('red', toErrorData(error).message)}\n`)
  }
  terminal.write('\n')
}

function banner({ answering, tools, paint }: ConversationParts): string {
  const { description, choice } = answering
  const names = tools.map(({ name }) => (confirmedTools.has(name) ? `${name} (asks first)` : name))
  return `${paint('bold', 'Geppetto chat')}
Answering: ${visibleText(description)}
${choice.reason === undefined ? '' : `${paint('dim', visibleText(`Taken because ${choice.reason}. /engine takes another.`))}\n`}Tools: ${names.length === 0 ? 'none' : names.join(', ')}
${paint('dim', 'Ctrl-C stops an answer, and leaves at the prompt. /help shows the commands.')}

`
}

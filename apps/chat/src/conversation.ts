import type { EngineInfo } from '@geppetto/engine'
import { toErrorData } from '@geppetto/turns'
import { type CommandScope, runCommand } from './commands.ts'
import type { Paint } from './style.ts'
import type { Terminal } from './terminal.ts'
import { confirmedTools } from './tools/index.ts'

/** What a conversation needs. */
export interface ConversationParts extends CommandScope {
  readonly terminal: Terminal
  readonly paint: Paint
  readonly engine: EngineInfo
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
    const outcome = runCommand(prompt, parts)
    if (!outcome.isCommand) await answer(parts, prompt)
    else if (outcome.text === undefined) return
    else terminal.write(`${outcome.text}\n`)
  }
}

async function answer({ backend, terminal, paint }: ConversationParts, prompt: string): Promise<void> {
  try {
    const { handle, finished } = backend.start(prompt)
    terminal.onInterrupt = () => {
      void handle.cancel('user')
    }
    const { warnings } = await finished
    for (const { message } of warnings) terminal.write(`${paint('yellow', `[warning] ${message}`)}\n`)
  } catch (error) {
    terminal.write(`${paint('red', toErrorData(error).message)}\n`)
  }
  terminal.write('\n')
}

function banner({ engine, tools, paint }: ConversationParts): string {
  const who = engine.description ?? `${engine.model} at ${engine.host}`
  const names = tools.map(({ name }) => (confirmedTools.has(name) ? `${name} (asks first)` : name))
  return `${paint('bold', 'Geppetto chat')}
Answering: ${who}
Tools: ${names.length === 0 ? 'none' : names.join(', ')}
${paint('dim', 'Ctrl-C stops an answer, and leaves at the prompt. /help shows the commands.')}

`
}

import { toErrorData, visibleText } from '@geppetto/turns'
import { adviceFor } from './advice.ts'
import type { StartedAnswer } from './backend.ts'
import { type CommandScope, runCommand } from './commands.ts'
import type { Paint } from './style.ts'
import type { Terminal } from './terminal.ts'
import { confirmedTools } from './tools/index.ts'
import { createWarningLines } from './warning-lines.ts'

/** What a conversation needs. */
export interface ConversationParts extends CommandScope {
  readonly terminal: Terminal
  readonly paint: Paint
  /** Ends the conversation. */
  readonly signal: AbortSignal
}

/** Talks until the user leaves: reads a line, answers it, and again. */
export async function converse(parts: ConversationParts): Promise<void> {
  const { backend, terminal, paint, signal } = parts
  const show = createAnswerScreen(parts)
  terminal.write(await banner(parts))
  while (!signal.aborted) {
    const line = await terminal.readLine(paint('bold', '> '))
    if (line === undefined) return
    const prompt = line.trim()
    if (prompt === '') continue
    const interrupt = new AbortController()
    terminal.onInterrupt = () => interrupt.abort()
    const outcome = await runCommand(prompt, parts, interrupt.signal)
    switch (outcome.kind) {
      case 'leave':
        return
      case 'shown':
        terminal.write(`${outcome.text}\n`)
        break
      case 'started':
        terminal.write(paint('dim', outcome.text))
        await show(outcome.answer)
        break
      case 'prompt':
        try {
          await show(backend.start(prompt))
        } catch (error) {
          terminal.write(`${paint('red', toErrorData(error).message)}\n\n`)
        }
    }
  }
}

/** Shows an answer to its end, and what can be done where it has none. */
function createAnswerScreen(parts: ConversationParts): (answer: StartedAnswer) => Promise<void> {
  const { backend, answering, terminal, paint } = parts
  const warningLines = createWarningLines()
  return async ({ handle, finished }) => {
    terminal.onInterrupt = () => {
      void handle.cancel('user')
    }
    const result = await finished
    const tell = (text: string) => terminal.write(`${paint('dim', visibleText(text))}\n`)
    const advice = result.status === 'failed' ? adviceFor(result.error, answering.choice, '/') : undefined
    if (advice !== undefined) tell(advice)
    if (backend.conversation?.id !== result.turn.id) tell('The answer from before stays; /retry asks again.')
    else if (result.status === 'failed')
      tell('/retry asks again, /undo drops the prompt; else it goes along with the next.')
    for (const line of warningLines(result.warnings)) terminal.write(`${paint('yellow', line)}\n`)
    terminal.write('\n')
  }
}

async function banner({ answering, tools, paint }: ConversationParts): Promise<string> {
  const { description, choice } = answering
  const others = choice.reason === undefined ? [] : await answering.others()
  const names = tools.map(({ name }) => (confirmedTools.has(name) ? `${name} (asks first)` : name))
  const how =
    others.length === 0 ? '/engine takes another.' : `Also there: ${others.join(', ')}; /engine NAME takes one.`
  return `${paint('bold', 'Geppetto chat')}
Answering: ${visibleText(description)}
${choice.reason === undefined ? '' : `${paint('dim', visibleText(`Taken because ${choice.reason}. ${how}`))}\n`}Tools: ${names.length === 0 ? 'none' : names.join(', ')}
${paint('dim', 'Ctrl-C stops an answer, and leaves at the prompt. /help shows the commands.')}

`
}

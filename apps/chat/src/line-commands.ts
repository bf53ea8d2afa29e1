import type { QueuedPrompt } from '@geppetto/session'
import { visibleText } from '@geppetto/turns'
import { type Command, type CommandResult, type CommandScope, shown } from './command.ts'
import { oneLine } from './one-line.ts'
import { promptText } from './prompt-text.ts'

/** Commands for the prompts that wait in line. */
export const lineCommands: readonly Command[] = [
  { names: ['/queue'], help: 'show the prompts that wait in line', run: list },
  { names: ['/withdraw'], values: '[N]', help: 'take a prompt out of the line, the last or the N-th', run: withdraw },
  { names: ['/next'], goesOn: true, help: 'ask the first prompt that waits; the others follow', run: askNext },
]

const nothingWaits = 'No prompt waits in line.\n'

async function list({ backend }: CommandScope): Promise<CommandResult> {
  const waiting = await backend.line.list()
  if (waiting.length === 0) return shown(nothingWaits)
  const rows = waiting.map((prompt, index) => `${oneLine(` ${index + 1} `, textOf(prompt))}${stateOf(prompt)}`)
  const when =
    (await backend.catchUp()).kind === 'current'
      ? 'Nobody gets an answer now: /next asks the first, or your next prompt goes before them.'
      : 'Each is asked when the answer before it has ended.'
  return shown(visibleText(`${rows.join('\n')}\n${when} /withdraw N takes one back.\n`))
}

async function withdraw({ backend }: CommandScope, [wanted, ...more]: readonly string[]): Promise<CommandResult> {
  const waiting = await backend.line.list()
  if (waiting.length === 0) return shown(nothingWaits)
  const number = wanted === undefined ? waiting.length : Number(wanted)
  const prompt = more.length === 0 ? waiting[number - 1] : undefined
  if (prompt === undefined) return shown(`A prompt is named by its number, from 1 to ${waiting.length}.\n`)
  const isInTime = await backend.line.withdraw(prompt.runId)
  const label = isInTime ? 'Taken out of the line:' : 'It had begun already, and is asked to stop:'
  return shown(`${oneLine(label, textOf(prompt))}\n`)
}

async function askNext({ backend }: CommandScope): Promise<CommandResult> {
  const [first] = await backend.line.list()
  const answer = first && backend.line.beginNext()
  if (first === undefined || answer === undefined) return shown(nothingWaits)
  return { kind: 'started', text: `${oneLine('From the line:', textOf(first))}\n`, answer }
}

function textOf({ prompt }: QueuedPrompt): string {
  return promptText(prompt)
}

function stateOf({ state }: QueuedPrompt): string {
  return state === 'stored' ? '' : '  (not kept yet)'
}

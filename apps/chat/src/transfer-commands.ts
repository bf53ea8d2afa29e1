import { visibleText } from '@geppetto/turns'
import { type MessageForm, messageForms } from '@geppetto/turns/import'
import { type Command, type CommandResult, type CommandScope, nothingSaid, shown } from './command.ts'
import { exportTo, FileFault, importFrom } from './sessions/conversation-file.ts'

/** How many losses of an import are shown. */
const shownLosses = 20

/** Commands that write a conversation to a file, and read one. */
export const transferCommands: readonly Command[] = [
  { names: ['/export'], goesOn: true, values: 'FILE', help: 'write it: .jsonl, .md or .yaml', run: exportFile },
  { names: ['/import'], values: 'FILE', help: 'read .jsonl, .yaml, or messages as JSON', run: importFile },
]

async function exportFile({ backend }: CommandScope, words: readonly string[]): Promise<CommandResult> {
  const { conversation } = backend
  const file = words.join(' ')
  if (file === '') return shown('Where to? /export FILE, such as chat.md\n')
  if (conversation === undefined) return shown(nothingSaid)
  return orFault(async () => {
    await exportTo(file, backend, conversation)
    return shown(visibleText(`Written: ${file}\n`))
  })
}

async function importFile({ backend }: CommandScope, words: readonly string[]): Promise<CommandResult> {
  const last = words.at(-1)
  const form = words.length > 1 ? messageForms.find((name) => name === last) : undefined
  const file = (form === undefined ? words : words.slice(0, -1)).join(' ')
  if (file === '') return shown(`What? /import FILE, or /import FILE FORM, which is ${messageForms.join(', ')}\n`)
  return orFault(() => imported(backend, file, form))
}

async function imported(
  backend: CommandScope['backend'],
  file: string,
  form: MessageForm | undefined,
): Promise<CommandResult> {
  const lines = await importFrom(file, backend, form)
  const more = lines.length > shownLosses ? [`and ${lines.length - shownLosses} more`] : []
  const text = [...lines.slice(0, shownLosses), ...more, `Now in session ${backend.name}.`].join('\n')
  return { kind: 'opened', text: visibleText(`${text}\n`) }
}

async function orFault(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    return shown(visibleText(`${error.message}\n`))
  }
}

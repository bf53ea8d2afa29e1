import { enableCompileCache } from 'node:module'
import { visibleText } from '@geppetto/turns'
import type { ChatView } from './chat-view.ts'
import { completions } from './commands.ts'
import { drawing } from './drawing.ts'
import { createEventPrinter } from './event-printer.ts'
import type { ChatOptions } from './options.ts'
import { PlainView } from './plain-view.ts'
import { wantsScreen } from './screen-choice.ts'
import { paintFor } from './style.ts'
import { Terminal } from './terminal.ts'
import type { InkView } from './ui/ink-view.ts'

const { stdin, stdout } = process

/** Reads what shows the conversation; then it can be opened on the terminal of the process. */
export async function loadView(options: ChatOptions): Promise<() => ChatView | InkView> {
  if (!wantsScreen(options, process.env, stdout)) return () => openPlainView(options)
  enableCompileCache()
  // React is several times as fast in it.
  process.env.NODE_ENV ??= 'production'
  // No other use of the program waits for it.
  const [{ InkView }, { openScreen }] = await Promise.all([import('./ui/ink-view.ts'), import('./ui/open-screen.tsx')])
  return () => {
    const view = new InkView(openScreen)
    process.on('SIGINT', () => view.interrupt())
    return view
  }
}

function openPlainView(options: ChatOptions): ChatView {
  const terminal = new Terminal({
    input: stdin,
    screen: stdout,
    words: completions,
    isVerbatim: options.output !== 'text',
  })
  process.on('SIGINT', () => terminal.interrupt())
  const paint = paintFor(stdout)
  const isDrawn = options.output === 'text' && !options.full && !options.withMetadata
  return new PlainView(terminal, paint, () =>
    isDrawn
      ? drawing((text) => terminal.write(text), paint)
      : createEventPrinter(options, { write: (text) => terminal.write(visibleText(text)) }),
  )
}

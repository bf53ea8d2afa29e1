import { render } from 'ink'
import { App } from './components/app.tsx'
import type { Screen, ScreenParts } from './ink-view.ts'
import { loadHighlighter } from './markdown/highlight.ts'

/** When what knows languages is loaded, in milliseconds. */
const highlighterDelayMs = 300

/** Draws on the terminal of the process. */
export function openScreen(parts: ScreenParts): Screen {
  const { stdin } = process
  const ink = render(<App {...parts} />, {
    exitOnCtrlC: false,
    // A terminal is asked for before; in CI there may be one too, as where this is tested.
    interactive: true,
    kittyKeyboard: { mode: 'auto', flags: ['disambiguateEscapeCodes'] },
  })
  // Nobody waits for it: the first prompt is being typed.
  setTimeout(() => void loadHighlighter(), highlighterDelayMs).unref()
  return {
    close: async () => {
      ink.unmount()
      await ink.waitUntilExit()
    },
    suspend: () => {
      stdin.setRawMode(false)
      process.once('SIGCONT', () => {
        stdin.setRawMode(true)
        ink.clear()
        parts.store.set({})
      })
      // To the whole group: an npm that started this would otherwise go on waiting, and the shell with it.
      process.kill(0, 'SIGTSTP')
    },
  }
}

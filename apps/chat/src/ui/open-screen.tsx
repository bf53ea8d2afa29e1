import { render, type SuspendTerminal } from 'ink'
import { App } from './components/app.tsx'
import type { Screen, ScreenParts } from './ink-view.ts'
import { loadHighlighter } from './markdown/highlight.ts'

/** When what knows languages is loaded, in milliseconds. */
const highlighterDelayMs = 300

/** Draws on the terminal of the process. */
export function openScreen(parts: ScreenParts): Screen {
  let suspendTerminal: SuspendTerminal | undefined
  const takeSuspend = (suspend: SuspendTerminal) => {
    suspendTerminal = suspend
  }
  let isSuspended = false
  const ink = render(<App {...parts} takeSuspend={takeSuspend} />, {
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
      // Windows has no such thing.
      if (isSuspended || process.platform === 'win32') return
      isSuspended = true
      // The shell gets its cursor and its way of reading keys and pastes back.
      void suspendTerminal?.(untilContinued).finally(() => {
        isSuspended = false
      })
    },
  }
}

/** Stops the program, until the shell lets it go on. */
function untilContinued(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', () => resolve())
    // To the whole group: an npm that started this would otherwise go on waiting, and the shell with it.
    process.kill(0, 'SIGTSTP')
  })
}

import { stripVTControlCharacters } from 'node:util'
import type { IPty } from '@lydell/node-pty'
import { offlineEnvironment, program } from './run-chat.test-helper.ts'

/** How long a test waits for something to appear on the screen, in milliseconds. */
const patienceMs = 8_000

type Pty = typeof import('@lydell/node-pty')

async function loadPty(): Promise<Pty | undefined> {
  try {
    return await import('@lydell/node-pty')
  } catch {
    // Its binaries exist for the usual platforms only.
    return undefined
  }
}

const pty = await loadPty()

/** Whether pseudo-terminals can be made on this platform. */
export const hasPty: boolean = pty !== undefined

/** The program in a pseudo-terminal, with a person before it. */
export interface ChatScreen {
  /** Everything that was printed so far, without colours and movements of the cursor. */
  readonly text: string
  /** The same with everything. */
  readonly raw: string
  type(keys: string): void
  /** Resolves with the match when it has appeared behind what was waited for before. */
  waitFor(wanted: string | RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  resize(columns: number, rows: number): void
  /** Resolves with the exit code. */
  readonly exit: Promise<number>
}

const running = new Set<IPty>()

/** Ends what a failed test has left. */
export function closeChats(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts the program in a terminal of 100 columns; `isPiped`: with its output going through a pipe. */
export function openChat(
  args: readonly string[] = [],
  options: { readonly folder?: string; readonly env?: NodeJS.ProcessEnv; readonly isPiped?: boolean } = {},
): ChatScreen {
  if (pty === undefined) throw new Error('there is no pseudo-terminal for this platform')
  // What says how many colours a screen has, where the tests themselves run: not on this screen.
  const { FORCE_COLOR: _force, CI: _ci, ...inherited } = process.env
  const env = { ...inherited, ...offlineEnvironment, NO_COLOR: '1', TERM: 'xterm', ...options.env }
  const command = [process.execPath, program, ...args]
  const [file = '', ...rest] = options.isPiped ? ['sh', '-c', '"$0" "$@" | cat', ...command] : command
  const child = pty.spawn(file, rest, {
    cols: 100,
    rows: 30,
    cwd: options.folder ?? process.cwd(),
    env,
  })
  const exit = Promise.withResolvers<number>()
  running.add(child)
  let printed = ''
  let seen = 0
  let onPrinted = () => {}
  child.onData((data) => {
    printed += data
    onPrinted()
  })
  child.onExit(({ exitCode, signal }) => {
    running.delete(child)
    exit.resolve(signal ? 128 + signal : exitCode)
    onPrinted()
  })
  const screenText = () => stripVTControlCharacters(printed).replaceAll('\r', '')
  return {
    get text() {
      return screenText()
    },
    get raw() {
      return printed
    },
    type: (keys) => child.write(keys),
    waitFor: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          const missing = `${String(wanted)} did not appear; the screen:\n${screenText()}`
          reject(new Error(missing))
        }, patienceMs)
        onPrinted = () => {
          const found = find(screenText(), wanted, seen)
          if (found === undefined) return
          clearTimeout(timer)
          onPrinted = () => {}
          seen = found.end
          resolve(found.text)
        }
        onPrinted()
      }),
    kill: (signal) => child.kill(signal),
    resize: (columns, rows) => child.resize(columns, rows),
    exit: exit.promise,
  }
}

function find(text: string, wanted: string | RegExp, from: number): { text: string; end: number } | undefined {
  const rest = text.slice(from)
  const match = typeof wanted === 'string' ? wanted : wanted.exec(rest)?.[0]
  if (match === undefined) return undefined
  const index = rest.indexOf(match)
  return index < 0 ? undefined : { text: match, end: from + index + match.length }
}

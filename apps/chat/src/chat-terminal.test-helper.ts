import type { IPty } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { offlineEnvironment, program } from './run-chat.test-helper.ts'

/** How long a test waits for something to appear on the screen, in milliseconds. */
const patienceMs = 15_000

/** The program in a pseudo-terminal, on a screen as an emulator of one shows it. */
export interface ChatTerminal {
  readonly emulator: xterm.Terminal
  /** What is on the screen, and above it where it was scrolled away. */
  readonly text: string
  /** What was written, with all that steers the terminal. */
  readonly raw: string
  type(keys: string): void
  /** Resolves when `wanted` is on the screen, or in what was scrolled away. */
  see(wanted: string | RegExp | ((text: string) => boolean)): Promise<void>
  /** Resolves when the text is no more on the screen. */
  miss(unwanted: string | RegExp): Promise<void>
  resize(columns: number, rows: number): void
  /** Ends the program as it is. */
  end(): void
  readonly exit: Promise<number>
}

const running = new Set<IPty>()

/** Ends what a failed test has left. */
export function closeTerminals(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts the program in a terminal of 90 columns and 30 rows. */
export async function openTerminal(
  args: readonly string[] = [],
  options: {
    readonly folder?: string
    readonly env?: NodeJS.ProcessEnv
    readonly columns?: number
    readonly rows?: number
    /** Whether a shell starts the program, which can stop it and let it go on; `exit` is that of the shell. */
    readonly inShell?: boolean
  } = {},
): Promise<ChatTerminal> {
  const pty = await import('@lydell/node-pty')
  const { FORCE_COLOR: _force, CI: _ci, NO_COLOR: _none, ...inherited } = process.env
  const { columns = 90, rows = 30, inShell = false } = options
  const emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true })
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', program, ...args]
  const [file = '', ...rest] = inShell ? ['sh', '-i'] : command
  const child = pty.spawn(file, rest, {
    cols: columns,
    rows,
    cwd: options.folder ?? process.cwd(),
    env: { ...inherited, ...offlineEnvironment, TERM: 'xterm-256color', PS1: 'shell> ', ...options.env },
  })
  running.add(child)
  if (inShell) child.write(`${command.map((word) => `'${word}'`).join(' ')}\r`)
  const exit = Promise.withResolvers<number>()
  const listeners = new Set<() => void>()
  let raw = ''
  child.onData((data) => {
    raw += data
    emulator.write(data, () => {
      for (const listener of listeners) listener()
    })
  })
  // What the emulator answers to questions of the program.
  emulator.onData((data) => child.write(data))
  child.onExit(({ exitCode }) => {
    running.delete(child)
    exit.resolve(exitCode)
  })
  const textOf = () => bufferText(emulator)
  const until = (isThere: (text: string) => boolean, what: string) =>
    new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer)
        listeners.delete(look)
        settle()
      }
      const timer = setTimeout(() => end(() => reject(new Error(`${what}; the screen:\n${textOf()}`))), patienceMs)
      const look = () => {
        if (isThere(textOf())) end(resolve)
      }
      listeners.add(look)
      look()
    })
  const has = (text: string, wanted: string | RegExp | ((text: string) => boolean)) => {
    if (typeof wanted === 'function') return wanted(text)
    return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
  }
  return {
    emulator,
    get text() {
      return textOf()
    },
    get raw() {
      return raw
    },
    type: (keys) => child.write(keys),
    see: (wanted) => until((text) => has(text, wanted), `${String(wanted)} did not appear`),
    miss: (unwanted) => until((text) => !has(text, unwanted), `${String(unwanted)} did not go away`),
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows)
      child.resize(newColumns, newRows)
    },
    end: () => child.kill('SIGKILL'),
    exit: exit.promise,
  }
}

function bufferText({ buffer: { active } }: xterm.Terminal): string {
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
  return lines.join('\n').trimEnd()
}

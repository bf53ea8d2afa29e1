import { execFile } from 'node:child_process'
import { settingsError } from '../settings-error.ts'
import { KeySource } from './key-source.ts'

/** How long a key that a command gave is used, in seconds, where nothing is said. */
const usualRefreshSeconds = 300

/** A password manager may ask its user first. */
const patienceMs = 60_000

/** Where a command stands. */
interface CommandContext {
  readonly setting: string
  readonly place: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * A key that a command prints. It is run at the first request, and again when the key is older than `refreshSeconds`; requests that come meanwhile
 * wait for the same run. A text is run by the shell, a list as it is. What it prints is never shown.
 */
export function commandKey(
  command: string | readonly string[],
  refreshSeconds: number | undefined,
  context: CommandContext,
): KeySource {
  const [program = '', ...args] = typeof command === 'string' ? [command] : command
  const name = program.trim().split(/\s+/)[0] ?? program
  let latest: { readonly key: Promise<string>; readonly at: number } | undefined
  return new KeySource('command', `command ${name}`, () => {
    const isFresh =
      latest !== undefined && performance.now() - latest.at < (refreshSeconds ?? usualRefreshSeconds) * 1_000
    if (latest !== undefined && isFresh) return latest.key
    const key = run(program, args, typeof command === 'string', name, context)
    latest = { key, at: performance.now() }
    // A later request may succeed; who waits for this one is told.
    key.catch(() => {
      if (latest?.key === key) latest = undefined
    })
    return key
  })
}

function run(
  program: string,
  args: readonly string[],
  isShell: boolean,
  name: string,
  { setting, place, environment }: CommandContext,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = {
    env: { ...environment },
    shell: isShell,
    timeout: patienceMs,
    maxBuffer: 64 * 1024,
    windowsHide: true,
  }
  const child = execFile(program, [...args], options, (error, stdout) => {
    const key = stdout.trim()
    // Its own message may say what was printed.
    if (error !== null) reject(settingsError('bad_key', `${setting}: the command ${name} ${howItFailed(error)}`, place))
    else if (key === '' || /[\r\n]/.test(key))
      reject(settingsError('bad_key', `${setting}: the command ${name} must print the key alone, in one line`, place))
    else resolve(key)
  })
  child.stdin?.end()
  return promise
}

function howItFailed({ code, killed }: { readonly code?: unknown; readonly killed?: boolean | undefined }): string {
  if (killed === true) return `did not end within ${patienceMs / 1_000} seconds`
  return typeof code === 'number' ? `failed with ${code}` : `cannot be run (${String(code)})`
}

// Starting other programs, and ending as they ended.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shell = process.platform === 'win32'

export function say(message) {
  process.stderr.write(`bootstrap: ${message}\n`)
}

export function exitWith(message, code = 1) {
  say(message)
  process.exit(code)
}

/** Runs a set-up step to its end; what it prints goes to stderr. A step that fails ends the bootstrap. */
export async function run(command, args, { environment, what }) {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 2, 2], shell })
  const code = await exitCodeOf(child, command)
  if (code !== 0) exitWith(`${what} failed (exit code ${code}); see above`, code)
}

/** Hands the terminal over to a program and ends as it ends. */
export async function runAndExit(command, args, environment) {
  const child = spawn(command, args, { env: environment, stdio: 'inherit', shell })
  // Ctrl-C reaches the whole process group: the program decides what it means, so this parent only waits.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.exit(await exitCodeOf(child, command))
}

function exitCodeOf(child, command) {
  return new Promise((resolve) => {
    child.on('error', (error) => exitWith(`${command}: ${error.message}`))
    // As a shell does: 128 plus the number of the signal.
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

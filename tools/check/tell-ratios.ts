import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '../workspace.ts'

const execute = promisify(execFile)

const limitMs = 10_000

/** Prints how far we are from the floor. For people: a busy machine is no fault of the code, so it fails nobody, and is given up after ten seconds. */
export async function tellRatios(): Promise<void> {
  try {
    const { stdout } = await execute('node', ['bench/ratios.ts'], { cwd: root, timeout: limitMs })
    console.log(`\n${stdout.trim()}`)
  } catch (error) {
    const isLate = error instanceof Error && 'killed' in error && error.killed === true
    const reason = isLate ? 'the machine is too busy' : String(error).split('\n')[0]
    console.log(`\nhow far we are from the floor could not be measured (${reason}): npm run bench tells`)
  }
}

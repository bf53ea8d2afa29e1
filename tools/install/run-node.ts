import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

const TIME_LIMIT_MS = 60_000

/** Resolves to what a program printed that was given the input; rejects with what it said if it failed or did not end. */
export async function runNode(
  args: readonly string[],
  cwd: string,
  node: string = process.execPath,
  input = '',
): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', NODE_ENV: 'production', NODE_NO_WARNINGS: '1' }
  const running = execute(node, args, { cwd, env, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' })
  running.child.stdin?.end(input)
  return (await running).stdout
}

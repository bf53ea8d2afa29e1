import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** The mock provider, as whoever started it sees it. */
export interface MockProvider {
  /** Without a path. */
  readonly address: string
  stop(): void
}

/** Starts the mock provider in a process of its own. */
export async function startMockProvider(): Promise<MockProvider> {
  const child = fork(join(import.meta.dirname, 'main.ts'), [], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const { stdout } = child
  if (stdout === null) throw new Error('the mock provider has no output')
  const [line] = await Promise.race([once(stdout, 'data'), failure(child)])
  return { address: `http://127.0.0.1:${Number(String(line))}`, stop: () => child.kill() }
}

async function failure(child: import('node:child_process').ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`the mock provider ended with ${code}`)
}

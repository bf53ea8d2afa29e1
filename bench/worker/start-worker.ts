import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample, Task } from '../commands/command.ts'
import type { Reply, WorkerOrder } from './protocol.ts'

/** How long one task may take. */
const limitMs = 600_000

/** A client at work in a process of its own, as the driver sees it. */
export interface Worker {
  /** @throws Error when the client fails, its process ends, or it takes too long: then the process is ended */
  do(order: WorkerOrder): Promise<Sample>
  stop(): void
}

/** Starts a worker with the client loaded. @param heapMB how large its heap may be, beside what is young. @throws Error when it cannot be loaded */
export async function startWorker(
  client: ClientInfo,
  server: string,
  folder: string,
  heapMB?: number,
): Promise<Worker> {
  const limits = heapMB === undefined ? [] : [`--max-old-space-size=${heapMB}`]
  const child = fork(join(import.meta.dirname, 'main.ts'), [client.name, client.module, server, folder], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...limits],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...quiet },
  })
  const lastWords: string[] = []
  child.stderr?.on('data', (bytes: Buffer) => {
    lastWords.push(bytes.toString())
    lastWords.splice(0, lastWords.length - 20)
  })
  const receive = (): Promise<Reply> => nextReply(child, () => lastWords.join('').trim())
  await receive()
  return {
    async do(order) {
      if (!child.connected) throw new Error(`the process of ${client.name} has ended`)
      const answer = receive()
      child.send(JSON.stringify(order))
      const { sample, error } = await answer
      if (sample === undefined) throw new Error(error ?? `${client.name} gave no sample`)
      return sample
    },
    stop: () => child.kill(),
  }
}

/** A task without a profile. */
export function doTask(worker: Worker, task: Task): Promise<Sample> {
  return worker.do({ task })
}

/** Keys that clients ask for, and no reports to others. */
const quiet = {
  NODE_ENV: 'production',
  OPENAI_API_KEY: 'key',
  ANTHROPIC_API_KEY: 'key',
  OPENAI_AGENTS_DISABLE_TRACING: '1',
  LANGSMITH_TRACING: 'false',
  MASTRA_TELEMETRY_DISABLED: '1',
}

async function nextReply(child: ChildProcess, lastWords: () => string): Promise<Reply> {
  const over = new AbortController()
  const { signal } = over
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  try {
    const ended = once(child, 'exit', { signal }).then(([code, how]) => {
      throw new Error(`the process ended (${code ?? how}) ${lastWords()}`.trim())
    })
    const [text] = await Promise.race([once(child, 'message', { signal }), ended])
    const reply: Reply = JSON.parse(String(text))
    return reply
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

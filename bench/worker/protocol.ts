import type { Sample, Task } from '../commands/command.ts'

/** What the driver sends to a worker. */
export interface WorkerOrder {
  readonly task: Task
  /** The file to write a CPU profile of it to. Default: none is taken. */
  readonly profile?: string
}

/** What a worker answers: a sample, or why there is none. The first one, without either, says that it is ready. */
export interface Reply {
  readonly sample?: Sample | undefined
  readonly error?: string
}

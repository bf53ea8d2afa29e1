// What the server saw of a connection, for who asks by its id: times are of one clock that all processes of a machine share.

/** Milliseconds of the machine's monotonic clock. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** What became of one answer. */
export interface ConnectionLog {
  readonly requestedAt: number
  /** When each write was made: those of the first `maxTimes`. */
  readonly writtenAt: number[]
  /** Where nothing was left to be sent. */
  isDrained: boolean
  closedAt?: number
}

export const maxTimes = 200

const logs = new Map<number, ConnectionLog>()

export function logConnection(id: number): ConnectionLog {
  const log: ConnectionLog = { requestedAt: monotonicNow(), writtenAt: [], isDrained: false }
  logs.set(id, log)
  return log
}

/** Each is asked for by one client alone. */
export function connectionLog(id: number): ConnectionLog | undefined {
  return logs.get(id)
}

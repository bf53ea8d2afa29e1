import { setTimeout } from 'node:timers/promises'
import type { ConnectionLog } from '../server/connection-log.ts'

/** What the mock provider saw of the connection, when it is closed; after two seconds as it is then. */
export async function closedConnection(server: string, id: number): Promise<ConnectionLog> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(`${server}/connections/${id}`)
    const log: ConnectionLog | null = await response.json()
    if (log !== null && (log.closedAt !== undefined || attempt === 100)) return log
    if (attempt === 100) throw new Error('the mock provider was not asked')
    await setTimeout(20)
  }
}

let used = 0

/** An id that no other connection of this process or another has. */
export function nextConnectionId(): number {
  return process.pid * 100_000 + used++
}

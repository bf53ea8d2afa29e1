import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { isJsonObject } from '@geppetto/turns'

/** Which process holds a lease, so that another can tell whether it has ended. */
export interface ProcessIdentity {
  /** Where its number means something: one boot of one machine, and the namespaces that count processes and their times. */
  readonly scope: string
  readonly pid: number
  /** When it started, in the system's own count; numbers are given again. */
  readonly startedAt?: string
}

/** What is asked of the system. */
export interface ProcessTable {
  /** This process; undefined where the system does not say enough to be sure. */
  readonly self: ProcessIdentity | undefined
  /** Whether it has surely ended: false where nobody can know. */
  hasEnded(other: ProcessIdentity): boolean
}

/** What the system says of a process. */
interface ProcessState {
  readonly isZombie: boolean
  readonly startedAt: string
}

/** The processes of this machine, as far as it tells. */
export function processTable(): ProcessTable {
  const scope = readScope()
  const startedAt = process.platform === 'linux' ? readState(process.pid)?.startedAt : undefined
  const self = scope === undefined ? undefined : { scope, pid: process.pid, ...(startedAt && { startedAt }) }
  return {
    self,
    hasEnded(other) {
      if (other.scope !== self?.scope) return false
      if (!exists(other.pid)) return true
      if (process.platform !== 'linux') return false
      const state = readState(other.pid)
      if (state === undefined) return false
      // One that nobody has waited for yet does nothing any more.
      return state.isZombie || (other.startedAt !== undefined && state.startedAt !== other.startedAt)
    },
  }
}

/** An identity as it was stored; undefined for anything else. */
export function readIdentity(value: unknown): ProcessIdentity | undefined {
  if (!isJsonObject(value)) return undefined
  const { scope, pid, startedAt } = value
  if (typeof scope !== 'string' || typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  return { scope, pid, ...(typeof startedAt === 'string' && { startedAt }) }
}

/** By a signal that does nothing: what may not be sent one is there. /proc may hide the processes of others. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

function readScope(): string | undefined {
  switch (process.platform) {
    case 'linux': {
      const boot = readText('/proc/sys/kernel/random/boot_id')
      const namespace = readLink('/proc/self/ns/pid')
      if (boot === undefined || namespace === undefined) return undefined
      // Times of processes are told by the clock of one's own namespace.
      return `linux ${boot.trim()} ${namespace} ${readLink('/proc/self/ns/time') ?? ''}`
    }
    // Neither counts processes apart within one machine, and a file of this kind cannot be shared by two.
    case 'darwin':
    case 'win32':
      return `${process.platform} ${hostname()}`
    default:
      return undefined
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name in it may hold anything, also spaces and brackets. */
function readState(pid: number): ProcessState | undefined {
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startedAt] = [fields[0], fields[19]]
  return state === undefined || startedAt === undefined ? undefined : { isZombie: /[ZX]/i.test(state), startedAt }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not there, or not for us: then nobody can know.
    return undefined
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    // Not there, or not for us: then nobody can know.
    return undefined
  }
}

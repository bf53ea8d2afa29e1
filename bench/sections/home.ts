import { join } from 'node:path'
import type { ClientInfo } from '../clients/client-info.ts'

/** The folder from which the packages of a client are found. */
export function homeOf({ level }: ClientInfo): string {
  const bench = join(import.meta.dirname, '..')
  return level === 'peer' ? join(bench, 'peers') : bench
}

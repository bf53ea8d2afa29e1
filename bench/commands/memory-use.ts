import { collectGarbage } from './measure.ts'

/** The most memory that this process has held, in MB. */
export function peakMB(): number {
  return process.resourceUsage().maxRSS / 1_024
}

/** What is reachable, in KB. */
export function heldKB(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed / 1_024
}

import type { Warning } from '@geppetto/events'
import { oneLine } from './one-line.ts'

/** Makes what tells warnings: a line for each, and none for what was told before, as a conversation meets the same again with every answer. */
export function createWarningLines(): (warnings: readonly Warning[]) => readonly string[] {
  const told = new Set<string>()
  return (warnings) => warnings.map(lineOf).filter((line) => !told.has(line) && told.add(line))
}

/** Without the block that was rewritten: to people its id says nothing. */
function lineOf({ message, degradation }: Warning): string {
  return degradation === undefined
    ? oneLine('[warning]', message)
    : oneLine(`[${degradation.code}]`, degradation.message)
}

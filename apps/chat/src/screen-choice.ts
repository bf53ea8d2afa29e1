import type { ChatOptions } from './options.ts'

/** The smallest terminal that has room for more than lines. */
const leastColumns = 40
const leastRows = 10

/**
 * Whether the conversation gets a screen that is drawn; else it is one of lines, as every terminal, a screen reader and a log can show. For
 * a program that reads along the events are printed as lines too.
 */
export function wantsScreen(
  options: ChatOptions,
  environment: NodeJS.ProcessEnv,
  screen: { readonly columns: number; readonly rows: number },
): boolean {
  if (options.plain || options.output !== 'text' || options.full || options.withMetadata) return false
  if (saysLines.some((name) => isSet(environment[name])) || environment.TERM === 'dumb') return false
  return screen.columns >= leastColumns && screen.rows >= leastRows
}

/** Who sets one of these wants text without colours, or to have it read aloud. */
const saysLines: readonly string[] = ['NO_COLOR', 'ACCESSIBLE', 'INK_SCREEN_READER']

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}

import type { Tool } from '@geppetto/tools'
import { calculator } from './calculator.ts'
import { readFileTool } from './read-file.ts'
import { time } from './time.ts'
import { weather } from './weather.ts'

/** The tools of the chat; files are read below `folder`. */
export function chatTools(folder: string): readonly Tool[] {
  return [weather, calculator, time, readFileTool(folder)]
}

/** The tools that a person must allow, call by call, by their names. */
export const confirmedTools: ReadonlySet<string> = new Set(['read_file'])

import type { Context } from '@geppetto/context'
import type { Tool, ToolCall } from '@geppetto/tools'
import { calculator } from './calculator.ts'
import { readFileTool } from './read-file.ts'
import { time } from './time.ts'
import { weather } from './weather.ts'

/** The tools of the chat. */
export interface ChatTools {
  readonly tools: readonly Tool[]
  /** Whether a call would fail whatever a person says to it. It then fails, also without a yes. */
  readonly failsAnyway: (ctx: Context, call: ToolCall) => Promise<boolean>
}

/** Files are read below `folder`. */
export function chatTools(folder: string): ChatTools {
  const { tool, failsAnyway } = readFileTool(folder)
  return { tools: [weather, calculator, time, tool], failsAnyway }
}

/** The tools that a person must allow, call by call, by their names. */
export const confirmedTools: ReadonlySet<string> = new Set(['read_file'])

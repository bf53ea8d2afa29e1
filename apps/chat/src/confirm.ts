import type { Authorization, ToolCall, ToolHooks } from '@geppetto/tools'
import { visibleText } from '@geppetto/turns'
import { type ChatTools, confirmedTools } from './tools/index.ts'

/** Asks a person; undefined when nobody will answer any more. */
export type Ask = (question: string, signal: AbortSignal) => Promise<string | undefined>

/** How tool calls are decided on. */
export interface Confirmation {
  /** Allow everything. */
  readonly yes: boolean
  readonly ask?: Ask
  readonly failsAnyway: ChatTools['failsAnyway']
}

/**
 * Decides on tool calls: those that touch the user's files need a yes. Without anybody to ask they are denied. One that fails anyway may go
 * and say so: nobody should weigh a question that leads nowhere.
 */
export function confirmCalls({ yes, ask, failsAnyway }: Confirmation): NonNullable<ToolHooks['authorize']> {
  return async (ctx, call) => {
    if (yes || !confirmedTools.has(call.tool.name) || (await failsAnyway(ctx, call))) return { decision: 'allow' }
    if (ask === undefined) return deny('it needs a yes, and there is no terminal to ask on; start the chat with --yes')
    return askFor(call, ask, ctx.signal)
  }
}

async function askFor(call: ToolCall, ask: Ask, signal: AbortSignal): Promise<Authorization> {
  const question = visibleText(`Allow ${call.tool.name} ${JSON.stringify(call.rawInput)}? [y/N] `)
  for (let again = ''; ; again = 'Please answer y or n. ') {
    const answer = await ask(again + question, signal)
    switch (answer?.trim().toLowerCase()) {
      case 'y':
      case 'yes':
        return { decision: 'allow' }
      case '':
      case 'n':
      case 'no':
        return deny('the user said no')
      case undefined:
        return deny('the user did not answer')
    }
  }
}

/** Whether the person said yes. */
export function isYes(answer: string | undefined): boolean {
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}

function deny(reason: string): Authorization {
  return { decision: 'deny', reason }
}

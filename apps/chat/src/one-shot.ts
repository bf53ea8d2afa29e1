import type { RunResult } from '@geppetto/session'
import { type Cost, showCost } from '@geppetto/settings'
import { toErrorData } from '@geppetto/turns'
import type { ChatBackend } from './backend.ts'
import { createWarningLines } from './warning-lines.ts'

/** How one answer's faults are told. */
export interface OneShotVoice {
  readonly tellUser: (message: string) => void
  /** What to do about a failure, where something is known. */
  readonly adviceFor: (error: unknown) => string | undefined
  /** What an answer cost, where that is to be told. */
  readonly costOf?: (result: RunResult) => Cost | undefined
}

/**
 * Answers one prompt; the sinks print. Faults go to `tellUser`.
 * @returns the exit code: 0 when it was answered, 1 when not.
 */
export async function answerOnce(
  backend: ChatBackend,
  prompt: string,
  { tellUser, adviceFor, costOf }: OneShotVoice,
): Promise<number> {
  const standing = await backend.catchUp()
  if (standing.kind === 'held') {
    tellUser(`the session is getting an answer elsewhere, in ${standing.active.holder}: ask again when it has`)
    return 1
  }
  if (backend.isInterrupted) tellUser('the last answer of the session was interrupted: it stays as far as it came')
  await backend.nameAfter(prompt)
  const result = await backend.start(prompt).finished
  for (const line of createWarningLines()(result.warnings)) tellUser(line)
  const cost = costOf?.(result)
  if (cost !== undefined) tellUser(`cost: ${showCost(cost)}`)
  const fault = faultOf(result)
  if (fault !== undefined) tellUser(fault)
  const advice = result.status === 'failed' ? adviceFor(result.error) : undefined
  if (advice !== undefined) tellUser(advice)
  return fault === undefined && result.status === 'completed' ? 0 : 1
}

function faultOf(result: RunResult): string | undefined {
  switch (result.status) {
    case 'completed':
      return result.stop === 'max_iterations'
        ? 'stopped after as many steps as allowed: --max-iterations allows more'
        : undefined
    case 'cancelled':
      return result.stop === 'deadline' ? 'the time for the answer was up: --timeout gives more' : undefined
    case 'failed':
      return `the answer failed: ${toErrorData(result.error).message}`
    case 'waiting':
      return 'the answer waits for tools that run elsewhere, which this chat has none of'
  }
}

import type { TerminalDraft } from '@geppetto/events'
import { defined, toErrorData, type Usage } from '@geppetto/turns'
import type { Verdict } from '../contract/verdict.ts'

/** The last event of a run that ended so. */
export function terminalEvent(verdict: Verdict, usage: Usage | undefined): TerminalDraft {
  const facts = { stop: verdict.stop, ...defined({ usage }) }
  switch (verdict.status) {
    case 'completed':
      return { type: 'run-finished', ...facts }
    case 'cancelled':
      return { type: 'run-cancelled', ...facts }
    case 'failed':
      return { type: 'run-failed', error: toErrorData(verdict.error), ...facts }
    case 'waiting':
      return { type: 'run-waiting', pending: verdict.pending.map((call) => call.callId), ...facts }
  }
}

import { floor } from '../clients/catalogue.ts'
import type { Case, Section } from './section.ts'

function cancelCase(variant: 'abort' | 'leave', name: string): Case {
  const scenario = { deltas: 1_500, writeSize: 0, gapMs: 1 }
  return {
    name,
    takes: (client) => client.name !== 'decoder' && client.apis.includes('chat'),
    work: { task: { command: 'cancel', api: 'chat', scenario, count: 50, variant } },
  }
}

export const cancel: Section = {
  name: 'cancel',
  title: 'Stopping',
  prose: `After 50 deltas, of one each millisecond, the program stops: by an abort signal (our sessions: \`handle.cancel()\`), or by leaving the loop over
the stream. Settled is when the client's promise is; closed is when the server sees the socket close. Drained says in what part of the rounds the whole rest was read instead.`,
  base: floor,
  comparisons: [
    { figure: 'settledBeyondMs', of: 'settledMs', by: 'difference' },
    { figure: 'closedBeyondMs', of: 'closedMs', by: 'difference' },
  ],
  columns: [
    { figure: 'settledMs', label: 'settled, ms', digits: 1 },
    { figure: 'settledBeyondMs', label: 'settled, ms beyond the floor', digits: 1 },
    { figure: 'closedMs', label: 'socket closed, ms', digits: 1 },
    { figure: 'closedBeyondMs', label: 'socket closed, ms beyond the floor', digits: 1 },
    { figure: 'deltasAfter', label: 'deltas after it', digits: 0 },
    { figure: 'drained', label: 'drained', digits: 1 },
  ],
  cases: [cancelCase('abort', 'by a signal'), cancelCase('leave', 'by leaving')],
}

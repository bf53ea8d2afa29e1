import { floor } from '../clients/catalogue.ts'
import type { Section } from './section.ts'

export const memory: Section = {
  name: 'memory',
  title: 'Memory of a long answer',
  prose: `One answer of 20,000 deltas in a fresh process that is warm: what is reachable of it after a garbage collection, while the program has the result; and
how much the process grew meanwhile.`,
  base: floor,
  comparisons: [{ figure: 'grewBeyondMB', of: 'grewMB', by: 'difference' }],
  columns: [
    { figure: 'retainedKB', label: 'retained, KB', digits: 0 },
    { figure: 'retainedTexts', label: 'retained, times the text', digits: 1 },
    { figure: 'grewMB', label: 'grew, MB', digits: 1 },
    { figure: 'grewBeyondMB', label: 'grew, MB beyond the floor', digits: 1 },
    { figure: 'peakMB', label: 'peak, MB', digits: 0 },
  ],
  cases: [
    {
      name: 'chat, 20,000 deltas',
      takes: (client) => client.apis.includes('chat'),
      work: { task: { command: 'memory', api: 'chat', scenario: { deltas: 20_000 } } },
      isFresh: true,
    },
  ],
}

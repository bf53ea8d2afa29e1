import { floor } from '../clients/catalogue.ts'
import { apis } from '../wire/scenario.ts'
import type { Section } from './section.ts'

export const firstDelta: Section = {
  name: 'first-delta',
  title: 'From the socket to the program',
  prose: `50 deltas, one each 2 ms: from the server's write of a delta to the program's hand, the first and the median one; and from the program's call to the
request at the server.`,
  base: floor,
  comparisons: [
    { figure: 'firstBeyondMs', of: 'firstDeltaMs', by: 'difference' },
    { figure: 'requestBeyondMs', of: 'requestMs', by: 'difference' },
  ],
  columns: [
    { figure: 'firstDeltaMs', label: 'first delta, ms', digits: 2 },
    { figure: 'firstBeyondMs', label: 'first delta, ms beyond the floor', digits: 2 },
    { figure: 'deltaMs', label: 'median delta, ms', digits: 2 },
    { figure: 'requestMs', label: 'request, ms', digits: 2 },
    { figure: 'requestBeyondMs', label: 'request, ms beyond the floor', digits: 2 },
  ],
  cases: apis.map((api) => ({
    name: api,
    takes: (client) => client.apis.includes(api),
    work: { task: { command: 'pace', api, scenario: { deltas: 50, writeSize: 0, gapMs: 2 } } },
  })),
}

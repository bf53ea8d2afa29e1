import { floor } from '../clients/catalogue.ts'
import { type Api, apis } from '../wire/scenario.ts'
import { type Case, cpuColumn, cpuRatio, cpuRatioColumn, type Section } from './section.ts'

function streamingCase(api: Api, deltas: number, writeSize: number, repeats: number): Case {
  return {
    name: `${api}, ${deltas.toLocaleString('en')} deltas${writeSize === 0 ? ', a write each' : ''}`,
    takes: (client) => client.apis.includes(api),
    work: { task: { command: 'work', api, scenario: { deltas, writeSize }, repeats } },
    ...(deltas < 2_000 && { warmUps: 10 }),
    isLong: deltas > 2_000,
  }
}

export const streaming: Section = {
  name: 'streaming',
  title: 'Streaming',
  prose: `One answer in text, as fast as the socket takes it, in writes of 16 KiB that cut anywhere, or with a write for each event. CPU time is that of the
client's process for one answer, garbage collection and compiler threads included. Two rounds of samples are thrown away, ten of the short answers: 200 of
them. Before each sample one answer is read that is not measured, and new garbage is collected: what
a program runs from one answer to the next is warm code. All garbage is collected when the process finds it due, and whoever makes it pays for it.`,
  base: floor,
  comparisons: [cpuRatio],
  columns: [cpuRatioColumn, cpuColumn],
  cases: apis.flatMap((api) => [
    streamingCase(api, 200, 16_384, 20),
    streamingCase(api, 2_000, 16_384, 4),
    streamingCase(api, 20_000, 16_384, 1),
    streamingCase(api, 2_000, 0, 4),
  ]),
}

import { expect, it } from 'vitest'
import type { Results, Row } from '../results.ts'
import { layOver } from '../results.ts'
import { barPlot } from './plot.ts'
import { report } from './report.ts'

function row(client: string, cpuRatio: number, more: Partial<Row> = {}): Row {
  const figures = { cpuRatio: { median: cpuRatio, noise: 0.05 }, cpuMs: { median: cpuRatio * 2, noise: 0.1 } }
  return { section: 'streaming', case: 'chat, 2,000 deltas', client, figures, ...more }
}

const circumstances = {
  date: '2026-01-02T03:04:05.000Z',
  node: '24.0.0',
  cpu: 'a processor',
  cores: 2,
  memoryGB: 8,
  load: [0.1, 0.3],
  rounds: 7,
  versions: { openai: '7.57.0' },
}

const results: Results = {
  circumstances,
  rows: [
    row('peer', 9.5),
    row('session /fetch', 1.5),
    row('floor fetch', 1),
    { section: 'streaming', case: 'chat, 200 deltas', client: 'peer', figures: {}, fault: '3 characters of 5' },
  ],
}

it('shows the best first, with what was measured and what failed', () => {
  const text = report(results)
  expect(text).toContain('| CPU, times the floor | chat, 200 deltas | chat, 2,000 deltas |')
  const table = text.slice(text.indexOf('## Streaming'))
  expect(table).toMatch(/floor fetch.*\n.*session \/fetch.*1\.50.*\n\| peer \| failed \| 9\.50/)
  expect(text).toContain('- streaming, chat, 200 deltas, peer: 3 characters of 5')
})

it('says by how much a target is missed, before those that are met', () => {
  const lines = report(results).split('\n')
  const missed = lines.findIndex((line) => line.includes('streaming: chat, 2,000 deltas: session /fetch'))
  expect(lines[missed]).toContain('| 1.2 | 1.50 | 0.05 | **missed** by 0.30 |')
  expect(missed).toBeLessThan(lines.findIndex((line) => line.endsWith('| not measured |')))
})

it('says why a target is missed, and where others are ahead', () => {
  const missed = { ...results, rows: [row('session /fetch', 1.9), row('session SDK', 1.4), row('openai', 1.3)] }
  const text = report(missed)
  expect(text).toContain('What stands in between:\n\n- ')
  expect(text).toContain('- streaming, chat, 2,000 deltas (CPU, times the floor): openai 1.30, session SDK 1.40')
  expect(report({ ...results, rows: [row('session SDK', 1.4), row('openai', 1.5)] })).toContain('In no case')
  expect(report({ ...results, rows: [row('session SDK', 1.4)] })).not.toContain('Where others are ahead')
})

it('names machine, versions and the way to do it again', () => {
  const text = report(results)
  expect(text).toContain('2026-01-02, Node 24.0.0, 2 cores (a processor), 8 GB, load 0.1 to 0.3, 7 rounds.')
  expect(text).toContain('Versions: openai 7.57.0.')
  expect(text).toContain('npm run bench -- --only ours --quick')
})

it('a part that is measured again takes the place of what was there', () => {
  const again = layOver(results, {
    circumstances: { ...circumstances, versions: { zod: '4' } },
    rows: [row('peer', 8)],
  })
  expect(
    again.rows.filter(({ client }) => client === 'peer').map(({ figures }) => figures['cpuRatio']?.median),
  ).toEqual([undefined, 8])
  expect(again.rows).toHaveLength(4)
  expect(again.circumstances.versions).toEqual({ openai: '7.57.0', zod: '4' })
})

it('draws bars in proportion, and names that are no markup', () => {
  const plot = barPlot('a < b', [
    { name: 'far & away', value: 4, kind: 'peer' },
    { name: 'near', value: 1, kind: 'floor' },
  ])
  const lengths = [...plot.matchAll(/<rect x="190".*?width="([\d.]+)"/g)].map(([, length]) => Number(length))
  expect(lengths).toEqual([115, 460])
  expect(plot).toContain('a &lt; b')
  expect(plot).toContain('far &amp; away')
})

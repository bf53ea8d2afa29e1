import { expect, it } from 'vitest'
import { sections } from './sections/all.ts'
import type { Section } from './sections/section.ts'
import { summarize } from './summarize.ts'

const section: Section = {
  name: 'streaming',
  title: 'Streaming',
  prose: '',
  base: 'floor',
  comparisons: [
    { figure: 'cpuRatio', of: 'cpuMs', by: 'ratio' },
    { figure: 'beyondMs', of: 'cpuMs', by: 'difference' },
  ],
  columns: [],
  cases: [],
}

function lane(name: string, cpuMs: readonly number[], fault?: string) {
  return {
    client: { name },
    samples: cpuMs.map((value) => ({ figures: { cpuMs: value } })),
    ...(fault === undefined ? {} : { fault }),
  }
}

it('compares each round with the base in the same round', () => {
  // The machine is twice as slow from the second round on: the ratio does not change.
  const rows = summarize(section, 'c', [lane('floor', [1, 2, 2]), lane('ours', [3, 6, 6])])
  expect(rows[1]?.figures).toMatchObject({
    cpuMs: { median: 6 },
    cpuRatio: { median: 3, noise: 0 },
    beyondMs: { median: 4 },
  })
})

it('who failed once has no figures', () => {
  const rows = summarize(section, 'c', [lane('floor', [1]), lane('ours', [3], 'lost a character\nat line 3')])
  expect(rows[1]).toMatchObject({ figures: {}, fault: 'lost a character' })
})

it('the base of each section that compares is one of its clients', () => {
  for (const { comparisons, base, name } of sections) if (comparisons.length > 0) expect(base, name).not.toBe('')
})

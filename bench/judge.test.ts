import { expect, it } from 'vitest'
import { ownClients } from './clients/catalogue.ts'
import { judge } from './judge.ts'
import type { Figure, Results } from './results.ts'
import { sections } from './sections/all.ts'
import { type Target, targets } from './targets.ts'

const target: Target = { section: 'streaming', case: 'c', client: 'ours', figure: 'cpuRatio', limit: 1.2 }

function stateWith(figure: Figure | undefined, fault?: string) {
  const figures = figure === undefined ? {} : { cpuRatio: figure }
  const row = {
    section: 'streaming',
    case: 'c',
    client: 'ours',
    figures,
    ...(fault === undefined ? {} : { fault }),
  } as const
  const results: Pick<Results, 'rows'> = { rows: [row] }
  return judge([target], results)[0]?.state
}

it('a target is missed when the figure is over it by more than the noise', () => {
  expect(stateWith({ median: 1.2, noise: 0 })).toBe('met')
  expect(stateWith({ median: 1.25, noise: 0.1 })).toBe('near')
  expect(stateWith({ median: 1.35, noise: 0.1 })).toBe('missed')
})

it('what failed is missed, and what was not measured is neither', () => {
  expect(stateWith(undefined, '3 characters of 5')).toBe('missed')
  expect(stateWith(undefined)).toBe('not measured')
})

it.each(targets)('$section: $case: $client: $figure is something that is measured', (each) => {
  const section = sections.find(({ name }) => name === each.section)
  const client = ownClients.find(({ name }) => name === each.client)
  const measured = section?.cases.find(({ name }) => name === each.case)
  expect(client !== undefined && measured?.takes(client)).toBe(true)
  expect(section?.columns.map(({ figure }) => figure)).toContain(each.figure)
})

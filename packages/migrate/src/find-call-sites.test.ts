import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findCallSites } from './find-call-sites.ts'
import { formatReport, reportAsJson } from './format-report.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

async function found(folder: string, options = {}) {
  const report = await findCallSites([join(fixtures, folder)], options)
  const relative = <Entry extends { path: string }>(entry: Entry) => ({
    ...entry,
    path: entry.path.slice(fixtures.length + 1),
  })
  return { ...report, sites: report.sites.map(relative), unread: report.unread.map(relative) }
}

// To accept another output: npm test -- packages/migrate -u
test.each(['go', 'typescript'])('finds in the %s tree what it should, and nothing else', async (folder) => {
  const report = await found(folder)
  await expect(formatReport(report, 'docs/migration')).toMatchFileSnapshot(`../fixtures/${folder}.txt`)
})

test('says the same to programs', async () => {
  const { sites, ...report } = await found('go')
  await expect(reportAsJson({ ...report, sites: sites.slice(0, 2) }, 'docs/migration/')).toMatchFileSnapshot(
    '../fixtures/report.json',
  )
})

describe('leaves alone', () => {
  test.each(['unrelated.ts', 'migrated.ts'])('what is in %s', async (name) => {
    expect((await found(`typescript/worker/${name}`)).sites).toEqual([])
  })

  test.each(['cmd/migrated.go', 'ui/timer.go'])('what is in %s', async (name) => {
    expect((await found(`go/${name}`)).sites).toEqual([])
  })
})

test('lists every use of geppetto for who brings a Go program along', async () => {
  const { sites } = await found('go/cmd/migrated.go', { port: true })
  expect(sites.map((site) => site.found)).toEqual([
    'engine.Engine',
    'events.EventSink',
    'session.Session',
    'enginebuilder.New',
    'enginebuilder.WithBase',
    'enginebuilder.WithEventSinks',
    'CancelActive of Session',
    'AppendNewTurnFromUserPrompt of Session',
    'StartInference of Session',
  ])
})

test('finds only what is asked for', async () => {
  const { sites } = await found('.', { only: ['langchain'] })
  expect(new Set(sites.map(({ guide }) => guide))).toEqual(new Set(['langchain']))
})

test('finds a source once that is named twice', async () => {
  const path = join(fixtures, 'typescript/app/page.tsx')
  expect(
    (await findCallSites([path, join(fixtures, 'typescript/app'), path])).sites.filter((site) => site.path === path),
  ).toHaveLength(1)
})

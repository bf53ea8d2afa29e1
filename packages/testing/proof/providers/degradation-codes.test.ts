import { readdirSync, readFileSync } from 'node:fs'
import { degradationCodes } from '@geppetto/engine'
import { expect, it } from 'vitest'

const packages = new URL('../../../', import.meta.url)
const codes: ReadonlySet<string> = new Set(degradationCodes)

/** The sources of the adapters, without their tests. */
function sourcesOf(name: string): string {
  const directory = new URL(`${name}/src/`, packages)
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test(-helper|-d)?\.ts$/.test(path))
    .map((path) => readFileSync(new URL(path, directory), 'utf8'))
    .join('\n')
}

it('docs/providers.md lists each code of a degradation, and no other', () => {
  const page = readFileSync(new URL('../docs/providers.md', packages), 'utf8')
  const [, section = ''] = /\n## Degradations\n(.*?)\n## /s.exec(page) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const listed = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/[a-z-]+/g) ?? [])
  expect(listed.toSorted()).toEqual([...codes].sort())
})

// That no other code is made, the compiler sees to.
it('each code is one that an adapter makes', () => {
  const sources = sourcesOf('provider-openai') + sourcesOf('provider-anthropic')
  expect([...codes].filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})

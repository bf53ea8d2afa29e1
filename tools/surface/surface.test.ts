import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { exportedNames } from '../modules.ts'
import { type Entry, entriesOf, publishedPackages, root } from '../workspace.ts'

// A change of these files is a change of the public surface. To accept it: npm test -- surface -u
describe.each(publishedPackages())('$folder', (workspacePackage) => {
  const entries = entriesOf(workspacePackage)

  test('exports the names that were reviewed', async () => {
    const text = entries.map(describeEntry).join('\n')
    const file = `snapshots/${workspacePackage.folder.replace('packages/', '')}.txt`
    await expect(text, 'to accept the new surface: npm test -- surface -u').toMatchFileSnapshot(file)
  })

  test('its index only re-exports, by name', () => {
    const index = entries.filter(({ source }) => source.endsWith('/index.ts')).flatMap(({ source }) => read(source))
    expect(index.filter(({ name, from }) => name === '*' || name === 'default' || from === undefined)).toEqual([])
  })

  test('publishes each entry as one file, under the same types', () => {
    const { exports, publishConfig } = workspacePackage.manifest
    const bundled = Object.entries(exports ?? {}).map(([subpath, { types, default: built }]) => [
      subpath,
      { types, default: built.replace('./dist/', './bundle/') },
    ])
    expect(publishConfig?.exports).toEqual(Object.fromEntries(bundled))
  })

  test.each(entries)('$specifier has the same values when built', async ({ source, built }) => {
    const module = await import(pathToFileURL(join(root, built)).href)
    expect(Object.keys(module).sort()).toEqual(names(source, false))
  })
})

function describeEntry({ specifier, source }: Entry): string {
  const list = (title: string, found: string[]) => [`  ${title}`, ...found.map((name) => `    ${name}`)]
  return [specifier, ...list('values', names(source, false)), ...list('types', names(source, true)), ''].join('\n')
}

function names(source: string, isType: boolean): string[] {
  return read(source)
    .flatMap((exported) => (exported.isType === isType ? exported.name : []))
    .sort()
}

function read(source: string) {
  if (!existsSync(join(root, source)))
    throw new Error(`${source} is missing: package.json exports what is built from it`)
  return exportedNames(source)
}

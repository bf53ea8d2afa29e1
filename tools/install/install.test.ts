import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesOutput, toLines } from '../docs/output.ts'
import { packAll } from '../pack/pack.ts'
import { entriesOf, publishedPackages, root } from '../workspace.ts'
import { allEntries, optionalPeers, runsInBrowsers } from './entries.ts'
import { copyExample, findExamples } from './examples.ts'
import { installIsolated, linkInto } from './isolated.ts'
import { load } from './load.ts'
import { projectOf, writePrograms } from './programs.ts'
import { runNode } from './run-node.ts'
import { typeCheck } from './type-check.ts'

const home = mkdtempSync(join(tmpdir(), 'geppetto-installed-'))
const bare = join(home, 'bare')
const full = join(home, 'full')
const projects = publishedPackages().map(projectOf)
const names = publishedPackages().map(({ manifest }) => manifest.name)

beforeAll(async () => {
  const tarballs = await packAll()
  await installIsolated(tarballs, bare, { optionalPeers: false })
  await installIsolated(tarballs, full, { optionalPeers: true })
  for (const family of [bare, full]) await linkInto(join(family, 'all'), names, family)
  await linkInto(full, ['@types/node'], full)
  for (const project of projects) {
    const folder = join(full, project.name)
    await writePrograms(project, folder)
    await linkInto(folder, project.installs, full)
  }
  for (const example of findExamples()) {
    const folder = join(full, example.name)
    await copyExample(example, folder)
    await linkInto(folder, example.installs, full)
  }
})

afterAll(() => rmSync(home, { recursive: true }))

describe('the packages, installed from their tarballs', () => {
  it('export what was built, loaded by import or require', async () => {
    const built = publishedPackages().flatMap(entriesOf)
    const namesByFile = await load(
      built.map(({ built: file }) => pathToFileURL(join(root, file)).href),
      'import',
      root,
    )
    const expected = Object.fromEntries(
      built.map(({ specifier, built: file }) => [specifier, namesByFile[pathToFileURL(join(root, file)).href]]),
    )
    expect(await load(allEntries(), 'import', join(full, 'all'))).toEqual(expected)
    expect(await load(allEntries(), 'require', join(full, 'all'))).toEqual(expected)
  })

  it('load without the packages that only some of their users install, except the entries that are for them', async () => {
    const found = await load(allEntries(), 'import', join(bare, 'all'))
    const failed = Object.keys(found).filter((specifier) => /^ERR_/.test(found[specifier] ?? ''))
    expect(failed.sort()).toEqual(Object.keys(optionalPeers).sort())
  })

  it('have no type errors in the programs of their READMEs and in the examples, nor in their own declarations', async () => {
    expect(await typeCheck(full, 'nodenext')).toEqual([])
  })

  it('are bundled for browsers without a module of Node', async () => {
    const contents = allEntries()
      .filter(runsInBrowsers)
      .map((specifier, index) => `export * as entry${index} from '${specifier}'`)
    const { errors } = await build({
      stdin: { contents: contents.join('\n'), resolveDir: join(full, 'all') },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      outdir: 'out',
      splitting: true,
      write: false,
      logLevel: 'silent',
    })
    expect(errors).toEqual([])
  })
})

describe.concurrent('a program of the README, in a project with what it imports, as JavaScript', () => {
  for (const { name: folder, programs } of projects) {
    for (const { name, file, runs, expected } of programs) {
      if (!runs) continue
      it(name, async () => {
        const output = await runNode([`${file}.mjs`], join(full, folder))
        if (expected !== undefined && !matchesOutput(expected, output))
          expect(toLines(output)).toEqual(toLines(expected))
      })
    }
  }
})

describe.concurrent('an example, with what its package.json names', () => {
  for (const { name, expected, input } of findExamples()) {
    it(`${name} prints what it says it prints`, async () => {
      expect(await runNode(['main.ts'], join(full, name), process.execPath, input)).toBe(expected)
    })
  }
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchesOutput, toLines } from '../docs/output.ts'
import { packAll } from '../pack/pack.ts'
import { entriesOf, familyOf, publishedPackages } from '../workspace.ts'
import { bundlers, runInBrowser } from './bundle-for-browsers.ts'
import { optionalPeers } from './entries.ts'
import { copyExample, findExamples } from './examples.ts'
import { installNode } from './install-node.ts'
import { load } from './load.ts'
import { npmInstall } from './npm-install.ts'
import { projectOf, writePrograms } from './programs.ts'
import { runNode } from './run-node.ts'
import { typeCheck } from './type-check.ts'

const home = mkdtempSync(join(tmpdir(), 'geppetto-npm-'))
let tarballs: ReadonlyMap<string, string>

/** The oldest Node on which all of these packages say that they run. */
function floorOf(names: readonly string[]): string {
  const all = publishedPackages().filter(({ manifest }) => familyOf(names).includes(manifest.name))
  const minors = all.map(({ manifest }) => Number(/^>=22\.(\d+)$/.exec(manifest.engines.node)?.[1]))
  return `22.${Math.max(...minors)}.0`
}

const projects = publishedPackages().map((found) => ({ found, project: projectOf(found) }))
const floors = new Set(projects.map(({ project }) => floorOf(project.installs)))
const nodes = new Map<string, string>()

function folderOf(name: string): string {
  const folder = join(home, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  return folder
}

function check(output: string, { expected }: { readonly expected: string | undefined }): void {
  if (expected !== undefined && !matchesOutput(expected, output)) expect(toLines(output)).toEqual(toLines(expected))
}

beforeAll(async () => {
  tarballs = await packAll()
  for (const version of [...floors, '22']) {
    const node = await installNode(version, home)
    if (node !== undefined) nodes.set(version, node)
  }
})

afterAll(() => rmSync(home, { recursive: true }))

describe.concurrent('installed by npm', () => {
  for (const { found, project } of projects) {
    const { name } = found.manifest
    const floor = floorOf(project.installs)

    it(`${name} alone loads, imported and required`, async () => {
      const folder = folderOf(`${project.name}-alone`)
      await npmInstall(folder, [name], tarballs)
      const entries = entriesOf(found).map(({ specifier }) => specifier)
      const always = entries.filter((specifier) => optionalPeers[specifier] === undefined)
      const imported = await load(always, 'import', folder)
      expect(Object.values(imported).filter((names) => /^$|ERR_/.test(names))).toEqual([])
      for (const node of [process.execPath, ...[floor, '22'].flatMap((version) => nodes.get(version) ?? [])])
        expect(await load(always, 'require', folder, node)).toEqual(imported)
    })

    it(`${name} runs the programs of its README`, async () => {
      const folder = folderOf(project.name)
      await npmInstall(folder, [...project.installs, '@types/node'], tarballs)
      await writePrograms(project, folder)
      for (const resolution of ['nodenext', 'bundler'] as const)
        expect(await typeCheck(folder, resolution), resolution).toEqual([])
      for (const program of project.programs.filter(({ runs }) => runs)) {
        check(await runNode([`${program.file}.ts`], folder), program)
        for (const version of [floor, '22']) {
          const node = nodes.get(version)
          if (node !== undefined) check(await runNode([`${program.file}.mjs`], folder, node), program)
        }
      }
      const inBrowsers = project.programs.filter(({ runs, runsInBrowsers }) => runs && runsInBrowsers)
      for (const program of inBrowsers)
        for (const bundler of bundlers) check(await runInBrowser(bundler, folder, program.file), program)
    })
  }

  for (const example of findExamples())
    it(`the example ${example.name} prints what it says it prints`, async () => {
      const folder = join(home, example.name)
      await copyExample(example, folder)
      await npmInstall(folder, example.installs, tarballs)
      expect(await runNode(['main.ts'], folder, process.execPath, example.input)).toBe(example.expected)
    })
})

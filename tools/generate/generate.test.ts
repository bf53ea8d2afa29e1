import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBlocks } from '../docs/blocks.ts'
import { matchesOutput, toLines } from '../docs/output.ts'
import { generate } from './generate.ts'
import { namesOf } from './names.ts'
import { fillTable, type OddHost, programFor, startOddHost } from './odd-host.test-helper.ts'
import { createShadowWorkspace, writeProjects } from './shadow-workspace.test-helper.ts'

// Names that sort, and make lines, as those of the templates do not.
const plain = 'packages/provider-zeta7'
const odd = 'packages/provider-a-host-with-a-rather-long-name'
const store = 'packages/store-b'
const folders = [plain, odd, store]

const workspace = createShadowWorkspace()
let host: OddHost

beforeAll(async () => {
  host = await startOddHost()
  const written = [
    ...generate('adapter', 'zeta7', workspace.root),
    ...generate('adapter', 'a-host-with-a-rather-long-name', workspace.root),
    ...generate('store', 'b', workspace.root),
  ]
  workspace.link(folders)
  writeProjects(workspace, folders)
  const table = join(workspace.root, odd, 'src/differences.ts')
  writeFileSync(table, fillTable(readFileSync(table, 'utf8')))
  await workspace.run('biome', 'check', '--write', '--vcs-use-ignore-file=false', ...new Set(written))
  for (const folder of folders) await workspace.run('tsc', '-p', folder, '--pretty', 'false')
})

afterAll(() => {
  workspace.remove()
  host.close()
})

describe('what is generated', () => {
  it('passes its own tests, with the conformance kits, also with its table filled in', async () => {
    const said = await workspace.run('vitest', 'run', '--no-color')
    expect(said).toMatch(/Test Files +\d+ passed/)
    expect(said).not.toMatch(/failed|skipped/)
  })

  it('has no type errors, nor has what tests it', async () => {
    expect(await workspace.run('tsc', '-p', 'tsconfig.tests.json', '--pretty', 'false')).toBe('')
  })

  it('is as the linter wants it', async () => {
    const sources = folders.map((folder) => `${folder}/src`)
    const said = await workspace.run('biome', 'check', '--error-on-warnings', '--vcs-use-ignore-file=false', ...sources)
    expect(said).toMatch(/Checked \d+ files/)
  })

  it('has its place in the layers', async () => {
    const program = `import { findViolations } from './tools/layers/violations.ts'
      import { publishedPackages } from './tools/workspace.ts'
      const generated = publishedPackages().filter(({ folder }) => ${JSON.stringify(folders)}.includes(folder))
      console.log(JSON.stringify([generated.length, ...generated.flatMap(findViolations)]))`
    const output = await workspace.run('node', '--input-type=module', '--eval', program)
    expect(JSON.parse(output)).toEqual([folders.length])
  })

  it.each(folders)('has a README whose program runs: %s', async (folder) => {
    const [block] = findBlocks(folder, readFileSync(join(workspace.root, folder, 'README.md'), 'utf8'))
    writeFileSync(join(workspace.root, 'readme.ts'), block?.code ?? '')
    const output = await workspace.run('node', '--disable-warning=ExperimentalWarning', 'readme.ts')
    if (!matchesOutput(block?.expected ?? '', output)) expect(toLines(output)).toEqual(toLines(block?.expected ?? ''))
  })

  it('talks to a host that it has never met, once the table is filled in', async () => {
    const name = 'a-host-with-a-rather-long-name'
    writeFileSync(
      join(workspace.root, 'talk.ts'),
      programFor(`@geppetto/provider-${name}`, 'aHostWithARatherLongName', host.baseUrl),
    )
    const output = await workspace.run('node', 'talk.ts')
    expect(toLines(output)).toEqual(['Odd, but understood. odd-1-billed', 'quota odd-request-1'])
  })
})

describe('a name', () => {
  it.each(['', 'Acme', '7up', 'a--b', 'a-', 'a_b', '../up', 'new', 'class'])(
    'that cannot be one is refused: %j',
    (name) => {
      expect(() => namesOf('adapter', name)).toThrow(RangeError)
    },
  )

  it('that is taken is refused, and nothing is written over', () => {
    expect(() => generate('store', 'b', workspace.root)).toThrow(/is there already/)
  })
})

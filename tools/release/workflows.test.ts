import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { readText, root } from '../workspace.ts'

const workflows = globSync('.github/workflows/*.yml', { cwd: root })
const forms = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root }).filter((path) => !path.endsWith('config.yml'))
const scripts: Readonly<Record<string, string>> = JSON.parse(readText('package.json')).scripts

it.each(globSync('.github/**/*.yml', { cwd: root }))('%s is YAML without faults', (path) => {
  const { errors, warnings } = parseDocument(readText(path), { strict: true })
  expect([...errors, ...warnings]).toEqual([])
})

describe.each(workflows)('%s', (path) => {
  const text = readText(path)

  it('pins each action to a commit, and says which version that is', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))
    expect(uses.filter((line) => !/uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
    expect(uses).not.toEqual([])
  })

  it('runs commands that there are', () => {
    const commands = [...text.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('says what its token may do', () => {
    expect(parseDocument(text).has('permissions')).toBe(true)
  })
})

it('only the release may write', () => {
  expect(workflows.filter((path) => /: write$/m.test(readText(path)))).toEqual(['.github/workflows/release.yml'])
})

describe.each(forms)('%s', (path) => {
  it('has what a form needs, and asks for something', () => {
    const form = parseDocument(readText(path)).toJS()
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String), body: expect.any(Array) })
    const ids: unknown[] = form.body.map(({ id }: { readonly id: unknown }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(JSON.stringify(form.body)).toContain('"required":true')
  })
})

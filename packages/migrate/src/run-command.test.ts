import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../bin.js')
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** As a shell runs it, in the folder. */
function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    )
  })
}

test('exits with 1 while anything is left, and says where', async () => {
  await writeFile(
    join(folder, 'chat.ts'),
    "import { streamText } from 'ai'\n\nexport const chat = () => streamText({})\n",
  )
  const { code, stdout, stderr } = await run('.', '--playbook', 'docs')
  expect(code).toBe(1)
  expect(stderr).toBe('')
  expect(stdout).toBe(`chat.ts:3:27  streamText of 'ai'
    use session.submit(prompt), and handle.events() or a sink
    docs/from-ai-sdk.md#streamtext

1 call site to migrate in 1 source
  ai-sdk: 1 in 1 file: docs/from-ai-sdk.md
`)
})

test('exits with 0 where nothing is left, or nothing of what is asked for', async () => {
  expect(await run('.')).toEqual({ code: 0, stdout: 'nothing to migrate in 0 sources\n', stderr: '' })
  await writeFile(join(folder, 'chat.ts'), "export { streamText } from 'ai'\n")
  expect((await run('.')).code).toBe(1)
  expect((await run('--only', 'go', '--only', 'langchain', '.')).code).toBe(0)
})

test('leads to pages that are there', async () => {
  await writeFile(join(folder, 'chat.ts'), "export { streamText } from 'ai'\n")
  const { stdout } = await run('--json', 'chat.ts')
  const { v, summary, sites } = JSON.parse(stdout)
  expect([v, summary]).toEqual([1, { go: 0, 'sdk-loop': 0, 'ai-sdk': 1, langchain: 0 }])
  expect(sites[0].link).toMatch(/^file:.*\/docs\/migration\/from-ai-sdk\.md#streamtext$/)
})

test('exits with 2 where nothing was found but not all could be looked at', async () => {
  await writeFile(join(folder, 'broken.ts'), "import 'openai'\nconst = }{")
  const { code, stdout } = await run('.')
  expect(code).toBe(2)
  expect(stdout).toMatch(
    /^broken\.ts: not looked at: cannot be parsed: .*\n\nnothing to migrate in 1 source, 1 not looked at\n$/,
  )
})

test.each([
  [[], 'a PATH is missing'],
  [['nowhere'], 'ENOENT'],
  [['--only', 'python', '.'], '--only takes go, sdk-loop, ai-sdk, langchain, not python'],
  [['--unknown', '.'], "Unknown option '--unknown'"],
  [['/dev/null'], 'is neither a file nor a folder'],
])('exits with 2 for %j, and says what is wrong', async (args, message) => {
  const { code, stdout, stderr } = await run(...args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test('tells what there is', async () => {
  const { code, stdout } = await run('--help')
  expect(code).toBe(0)
  expect(stdout).toContain('Usage: migrate [options] PATH…')
})

test('shows names of files in a way that a terminal does not obey', async () => {
  await mkdir(join(folder, 'a\u001b[31m'))
  await writeFile(join(folder, 'a\u001b[31m/b.ts'), "export { streamText } from 'ai'\n")
  const { stdout } = await run('.')
  expect(stdout).not.toContain('\u001b')
  expect(stdout).toContain('\\u001b[31m/b.ts:1:10')
})

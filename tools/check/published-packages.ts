// Packs every published package and looks at the tarball as its users get it: publint, are-the-types-wrong, and whether its
// entries load and export what they do where the tests ran.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { pack } from '../pack/pack.ts'
import { unpack } from '../pack/unpack.ts'
import { type Entry, entriesOf, publishedPackages, root, type WorkspacePackage } from '../workspace.ts'

const execute = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'geppetto-pack-'))

try {
  const waiting = publishedPackages().values()
  const complaints: string[] = []
  const worker = async () => {
    for (const workspacePackage of waiting) complaints.push(...(await examine(workspacePackage)))
  }
  // Packing is a process of its own, so two at a time keep both busy.
  await Promise.all([worker(), worker()])
  // Not before all are there: they import each other.
  if (complaints.length === 0) complaints.push(...(await loadAll(publishedPackages().flatMap(entriesOf))))
  for (const complaint of complaints.sort()) console.error(complaint)
  process.exitCode = complaints.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true })
}

async function examine(workspacePackage: WorkspacePackage): Promise<string[]> {
  const { manifest } = workspacePackage
  const tarball = await pack(workspacePackage, folder)
  await unpack(workspacePackage, tarball, folder)
  const data = readFileSync(tarball)
  const bytes = new Uint8Array(data)
  const { messages, pkg } = await publint({ pack: { tarball: bytes.slice().buffer }, strict: true })
  const types = await checkPackage(createPackageFromTarballData(bytes))
  const problems = types.types ? types.problems.filter(concernsEsm).map(describeProblem) : ['it has no types']
  const lints = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
  return [...lints, ...problems].map((complaint) => `${manifest.name}: ${complaint}`)
}

/** Loads each entry from where it was built and from where it was unpacked, each side in one process, as a program does. */
async function loadAll(entries: readonly Entry[]): Promise<string[]> {
  const built = await namesIn(entries.map((entry) => pathToFileURL(join(root, entry.built)).href))
  const packed = await namesIn(entries.map(({ specifier }) => specifier))
  return entries.flatMap(({ specifier }, index) =>
    packed[index] === built[index] ? [] : [`${specifier}: exports ${packed[index]} where ${built[index]} was built`],
  )
}

async function namesIn(specifiers: readonly string[]): Promise<string[]> {
  const code = `const names = []
for (const specifier of ${JSON.stringify(specifiers)}) names.push(Object.keys(await import(specifier)).sort().join(', '))
console.log(JSON.stringify(names))`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
  const { stdout } = await execute(process.execPath, args, { cwd: folder })
  return JSON.parse(stdout)
}

/** The packages are ESM only: how `require` or Node 10 would resolve them is no promise of ours. */
function concernsEsm(problem: Problem): boolean {
  if (problem.kind === 'CJSResolvesToESM') return false
  const kind = 'resolutionKind' in problem ? problem.resolutionKind : undefined
  return kind !== 'node10' && kind !== 'node16-cjs'
}

function describeProblem(problem: Problem): string {
  const where = 'entrypoint' in problem ? ` (${problem.entrypoint}, ${problem.resolutionKind})` : ''
  return `${problemKindInfo[problem.kind].description}${where}`
}

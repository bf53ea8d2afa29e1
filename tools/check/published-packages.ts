// Packs every published package and looks at the tarball as its users get it: publint and are-the-types-wrong.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { publishedPackages, root, type WorkspacePackage } from '../workspace.ts'

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
  for (const complaint of complaints.sort()) console.error(complaint)
  process.exitCode = complaints.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true })
}

async function examine({ folder: packageFolder, manifest }: WorkspacePackage): Promise<string[]> {
  const tarball = join(folder, `${packageFolder.replaceAll('/', '-')}.tgz`)
  await execute('pnpm', ['pack', '--out', tarball], { cwd: join(root, packageFolder) })
  const data = readFileSync(tarball)
  const bytes = new Uint8Array(data)
  const { messages, pkg } = await publint({ pack: { tarball: bytes.slice().buffer }, strict: true })
  const types = await checkPackage(createPackageFromTarballData(bytes))
  const problems = types.types ? types.problems.filter(concernsEsm).map(describeProblem) : ['it has no types']
  const lints = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
  return [...lints, ...problems].map((complaint) => `${manifest.name}: ${complaint}`)
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

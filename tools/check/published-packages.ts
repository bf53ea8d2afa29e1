// Looks at the tarball of every published package as its users get it: publint, are-the-types-wrong.
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { packAll } from '../pack/pack.ts'

const complaints: string[] = []
for (const [name, tarball] of await packAll()) complaints.push(...(await examine(name, tarball)))
for (const complaint of complaints.sort()) console.error(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

async function examine(name: string, tarball: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(tarball))
  const { messages, pkg } = await publint({ pack: { tarball: bytes.slice().buffer }, strict: true })
  const types = await checkPackage(createPackageFromTarballData(bytes))
  const problems = types.types ? types.problems.filter(concernsEsm).map(describeProblem) : ['it has no types']
  const lints = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
  return [...lints, ...problems].map((complaint) => `${name}: ${complaint}`)
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

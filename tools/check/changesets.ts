// Every changeset names published packages, a size and a sentence; a branch that changes a package brings one.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { publishedPackages, readText, root } from '../workspace.ts'

const names = new Set(publishedPackages().map(({ manifest }) => manifest.name))

const faults = readdirSync(`${root}/.changeset`)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .flatMap((file) => faultsOf(readText(`.changeset/${file}`)).map((fault) => `.changeset/${file}: ${fault}`))

for (const fault of faults) console.error(fault)
if (faults.length > 0 || !branchIsAnnounced()) process.exitCode = 1

function faultsOf(text: string): string[] {
  const match = /^---\n(?<releases>.*?)---\n(?<summary>.*)$/s.exec(text)
  if (!match?.groups) return ['no front matter between two lines of ---']
  const { releases = '', summary = '' } = match.groups
  const lines = releases.split('\n').filter((line) => line.trim() !== '')
  // An empty changeset says that users need not know: it needs no sentence either.
  const missing = lines.length > 0 && summary.trim() === '' ? ['a sentence for users is missing'] : []
  return [...lines.flatMap(faultOfRelease), ...missing]
}

function faultOfRelease(line: string): string[] {
  const [, name, size] = /^(?:'(?=.*':)|"(?=.*":))?([^'"]+)['"]?: *(\w+) *$/.exec(line) ?? []
  if (!name || !size) return [`not a release: ${line}`]
  if (!names.has(name)) return [`${name} is not a published package`]
  return ['patch', 'minor', 'major'].includes(size) ? [] : [`${size} is not patch, minor or major`]
}

/** On main itself there is nothing to compare with; in a checkout without main neither. */
function branchIsAnnounced(): boolean {
  const main = ['main', 'origin/main'].find((ref) => git('rev-parse', '--verify', '--quiet', ref) !== undefined)
  if (!main || git('rev-list', '--count', `${main}..HEAD`)?.trim() === '0') return true
  try {
    execFileSync('changeset', ['status', `--since=${main}`], { cwd: root, stdio: 'inherit' })
    return true
  } catch {
    console.error('this branch changes a package without a changeset')
    return false
  }
}

/** undefined when git says no: not a repository, an unknown reference. */
function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

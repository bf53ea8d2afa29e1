// `npm run generate -- adapter NAME` and `npm run generate -- store NAME`: a package that builds and passes, to be made into one's own.
import { execFileSync } from 'node:child_process'
import { root } from '../workspace.ts'
import { generate } from './generate.ts'

const usage = 'npm run generate -- adapter NAME   or   npm run generate -- store NAME'
const toFillIn = { adapter: 'src/differences.ts and src/answers.test-helper.ts', store: 'src/medium.ts' } as const

const [kind, name, ...rest] = process.argv.slice(2)
if ((kind !== 'adapter' && kind !== 'store') || name === undefined || rest.length > 0) {
  console.error(usage)
  process.exit(2)
}

const shell = process.platform === 'win32'
function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell })
}

try {
  const written = generate(kind, name, root)
  const [folder = ''] = written
  run('pnpm', 'install', '--loglevel=warn', '--no-frozen-lockfile')
  run('biome', 'check', '--write', '--log-level=error', ...written)
  run('turbo', 'run', 'build', '--output-logs=errors-only')
  run('vitest', 'run', 'tools/surface', '-t', folder, '-u')
  run('vitest', 'run', 'bench/size', '-u')
  console.log(`${written.join('\n')}\n
Fill in ${folder}: ${toFillIn[kind]}. Then its README, its changeset and its row in docs/architecture.md.
  npm test -- ${folder}      its tests
  npm test                   all that is checked`)
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  console.error(`${error.message}\n${usage}`)
  process.exitCode = 2
}

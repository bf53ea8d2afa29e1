import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample } from '../commands/command.ts'
import { homeOf } from './home.ts'
import type { Section } from './section.ts'

const execute = promisify(execFile)

const report = `const { user, system } = process.cpuUsage()
process.stdout.write(JSON.stringify([performance.now(), (user + system) / 1000, process.resourceUsage().maxRSS / 1024]))
process.exit(0)`

/** Whatever else the machine does can only add to a load: the quickest of some is the nearest to what it takes. */
const loads = 3

/** Imports what a program would, in a process of its own, less what an empty process takes. */
async function measure(client: ClientInfo): Promise<Sample> {
  const emptyOnes: Load[] = []
  const fullOnes: Load[] = []
  for (let count = 0; count < loads; count++) {
    emptyOnes.push(await load([], client))
    fullOnes.push(await load(client.imports, client))
  }
  const empty = leastOf(emptyOnes)
  const full = leastOf(fullOnes)
  return {
    figures: {
      wallMs: full.wallMs - empty.wallMs,
      cpuMs: full.cpuMs - empty.cpuMs,
      memoryMB: full.memoryMB - empty.memoryMB,
    },
  }
}

interface Load {
  readonly wallMs: number
  readonly cpuMs: number
  readonly memoryMB: number
}

function leastOf(all: readonly Load[]): Load {
  return {
    wallMs: Math.min(...all.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...all.map(({ cpuMs }) => cpuMs)),
    memoryMB: Math.min(...all.map(({ memoryMB }) => memoryMB)),
  }
}

async function load(specifiers: readonly string[], client: ClientInfo): Promise<Load> {
  const code = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)})\n`).join('') + report
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
  const env = { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: '' }
  const { stdout } = await execute(process.execPath, args, { cwd: await homeOf(client), env })
  const [wallMs, cpuMs, memoryMB]: [number, number, number] = JSON.parse(stdout.slice(stdout.lastIndexOf('[')))
  return { wallMs, cpuMs, memoryMB }
}

export const importing: Section = {
  name: 'import',
  title: 'Import',
  prose: `Importing the packages, as they are published, in a fresh process, less what an empty one takes; of each the quickest of three. What is left of ours is
for two thirds the compiling of 600 KB of source that nobody has minified, so that stacks and debuggers show what was written; the rest is finding and reading
a dozen files of nine packages.`,
  base: '',
  comparisons: [],
  columns: [
    { figure: 'wallMs', label: 'ms', digits: 0 },
    { figure: 'cpuMs', label: 'CPU, ms', digits: 0 },
    { figure: 'memoryMB', label: 'memory, MB', digits: 0 },
  ],
  cases: [{ name: 'import', takes: ({ imports }) => imports.length > 0, work: { measure } }],
}

// A workspace beside ours, with the same packages and tables, to generate into: in ours, a package that is there for a second only would be found by others.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { publishedPackages, root } from '../workspace.ts'

const execute = promisify(execFile)

/** What generating reads or changes, and what judges it. */
const copied = [
  'bench/size/budgets.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tools/docs/package.json',
  'tools/install/entries.ts',
  'tools/layers/layers.ts',
  'tools/layers/violations.ts',
  'tools/modules.ts',
  'tools/workspace.ts',
]

export interface ShadowWorkspace {
  readonly root: string
  /** Enters packages that were generated: from now on they are found by their names. */
  link(folders: readonly string[]): void
  /** Runs a command in it. @throws Error with what it said */
  run(command: string, ...args: readonly string[]): Promise<string>
  remove(): void
}

export function createShadowWorkspace(): ShadowWorkspace {
  const home = join(import.meta.dirname, 'generated', String(process.pid))
  const family = join(home, 'node_modules', '@geppetto')
  rmSync(home, { recursive: true, force: true })
  for (const folder of ['packages', '.changeset']) mkdirSync(join(home, folder), { recursive: true })
  mkdirSync(family, { recursive: true })
  for (const path of copied) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    cpSync(join(root, path), join(home, path))
  }
  const linkTo = (target: string, path: string): void => symlinkSync(relative(dirname(path), target), path, 'junction')
  // The root's tsconfig.json refers to them.
  linkTo(join(root, 'apps'), join(home, 'apps'))
  for (const { folder } of publishedPackages()) {
    linkTo(join(root, folder), join(home, folder))
    linkTo(join(root, folder), join(family, folder.replace('packages/', '')))
  }
  return {
    root: home,
    link(folders) {
      for (const folder of folders) linkTo(join(home, folder), join(family, folder.replace('packages/', '')))
    },
    async run(command, ...args) {
      const { stdout } = await execute(command, args, { cwd: home, env: { ...process.env, NO_COLOR: '1' } }).catch(
        (error: Error & { readonly stdout?: string; readonly stderr?: string }) => {
          throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error })
        },
      )
      return stdout
    },
    remove() {
      rmSync(home, { recursive: true, force: true })
      const folder = dirname(home)
      if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What compiles the sources of packages with their tests, as the project's own are. */
export function writeProjects({ root: home }: ShadowWorkspace, folders: readonly string[]): void {
  const include = folders.map((folder) => `${folder}/src/**/*.ts`)
  const tests = {
    extends: relative(home, join(root, 'tsconfig.tests.json')),
    compilerOptions: { tsBuildInfoFile: 'tests.tsbuildinfo' },
    include,
    exclude: ['**/node_modules'],
  }
  writeFileSync(join(home, 'tsconfig.tests.json'), JSON.stringify(tests))
  const patterns = folders.map((folder) => `${folder}/src/**/*.test.ts`)
  const config = `export default { test: { include: ${JSON.stringify(patterns)}, server: { deps: { external: [/\\/packages\\/[^/]+\\/dist\\//] } } } }`
  writeFileSync(join(home, 'vitest.config.mjs'), config)
}

// Compiles small programs as a user's, against the built packages, with the compiler of the project.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../workspace.ts'

export interface Compiled {
  /** What the compiler says of each program that is wrong, without its place in it: one text with all lines. */
  readonly errors: ReadonlyMap<string, string>
  /** What is exported, as the compiler writes it and editors show it; empty unless asked for. */
  readonly declarations: ReadonlyMap<string, string>
  /** How many types the compiler made of generic ones: the same on every machine. */
  readonly instantiations: number
  /** How long checking alone took, in milliseconds. */
  readonly checkMs: number
}

/** Compiles all programs, given by name, in one process. */
export async function compile(
  programs: Readonly<Record<string, string>>,
  options: { readonly declarations?: boolean } = {},
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'geppetto-types-'))
  try {
    // A user's project has no part in ours: it has the packages installed, as the examples of the documents have.
    await symlink(join(root, 'tools/docs/node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project(options.declarations === true)))
    for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, `${name}.ts`), text)
    const output = await run(folder)
    const declarations = new Map<string, string>()
    if (options.declarations === true)
      for (const name of Object.keys(programs))
        declarations.set(name, await readFile(join(folder, 'out', `${name}.d.ts`), 'utf8'))
    const checkMs = Number(/Check time:\s+([\d.]+)s/.exec(output)?.[1]) * 1_000
    return { errors: errorsIn(output), declarations, instantiations: countIn(output), checkMs }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function project(hasDeclarations: boolean): object {
  const emit = hasDeclarations ? { declaration: true, emitDeclarationOnly: true, outDir: 'out' } : { noEmit: true }
  return {
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      ...emit,
    },
    include: ['*.ts'],
  }
}

function run(folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const flags = ['-p', folder, '--pretty', 'false', '--extendedDiagnostics', '--singleThreaded']
    execFile('tsc', flags, { cwd: folder, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      // Without its figures it failed for another reason than errors in the programs.
      if (stdout.includes('Instantiations:')) resolve(stdout)
      else reject(new Error(`tsc: ${stdout || stderr || error?.message}`))
    })
  })
}

function errorsIn(output: string): Map<string, string> {
  const errors = new Map<string, string>()
  let current: string | undefined
  for (const line of output.split('\n')) {
    const located = /^(\S+)\.ts\(\d+,\d+\): (error .*)$/.exec(line)
    if (located?.[1] !== undefined) {
      current = located[1]
      const before = errors.get(current)
      errors.set(current, before === undefined ? `${located[2]}` : `${before}\n${located[2]}`)
    } else if (current !== undefined && line.startsWith(' ')) errors.set(current, `${errors.get(current)}\n${line}`)
    else if (line.includes('error TS')) throw new Error(`the programs could not be compiled:\n${line}`)
    else current = undefined
  }
  return errors
}

function countIn(output: string): number {
  return Number(/Instantiations:\s+(\d+)/.exec(output)?.[1])
}

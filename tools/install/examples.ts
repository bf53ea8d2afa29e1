// The programs of examples/, which are no part of the workspace.
import { existsSync, readdirSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { readText, root } from '../workspace.ts'

interface Example {
  readonly name: string
  /** The packages that its package.json names. */
  readonly installs: readonly string[]
  /** What it prints. */
  readonly expected: string
  /** What it is told. */
  readonly input: string
}

export function findExamples(): Example[] {
  const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => {
    const { dependencies, devDependencies } = JSON.parse(readText(`examples/${name}/package.json`))
    const installs = Object.keys({ ...dependencies, ...devDependencies })
    const input = existsSync(join(root, 'examples', name, 'input.txt')) ? readText(`examples/${name}/input.txt`) : ''
    return { name, installs, expected: readText(`examples/${name}/output.txt`), input }
  })
}

export async function copyExample({ name }: Example, folder: string): Promise<void> {
  await cp(join(root, 'examples', name), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  })
}

// The programs of a README, as somebody has them who pasted them into an empty project.
import { mkdir, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { findBlocks } from '../docs/blocks.ts'
import { specifiersIn } from '../modules.ts'
import { readText, type WorkspacePackage } from '../workspace.ts'
import { optionalPeers, runsInBrowsers } from './entries.ts'

interface Program {
  /** The README and the line, to name it by. */
  readonly name: string
  /** Without the ending: there is one of TypeScript and one of JavaScript. */
  readonly file: string
  readonly code: string
  readonly runs: boolean
  readonly expected: string | undefined
  readonly runsInBrowsers: boolean
}

/** What is in an empty project before anything is installed, and what must be. */
export interface Project {
  /** The folder's name. */
  readonly name: string
  readonly programs: readonly Program[]
  /** The package itself, and what the programs import besides. */
  readonly installs: readonly string[]
}

/** What has no declarations of its own, and where they are. */
const declarations: Readonly<Record<string, string>> = { react: '@types/react', 'react-dom': '@types/react-dom' }

export function projectOf({ folder, manifest }: WorkspacePackage): Project {
  const blocks = findBlocks(`${folder}/README.md`, readText(`${folder}/README.md`))
  const imports = new Set<string>()
  const programs = blocks.map(({ document, number, line, code, runs, expected }) => {
    const specifiers = specifiersIn(`${document}.ts`, code)
    for (const specifier of specifiers) imports.add(specifier)
    const inBrowsers = specifiers.every(runsInBrowsers) && !/\bprocess\b/.test(code)
    return { name: `${document}:${line}`, file: `example-${number}`, code, runs, expected, runsInBrowsers: inBrowsers }
  })
  const installs = [...imports].flatMap((specifier) => [packageOf(specifier), optionalPeers[specifier] ?? []].flat())
  const foreign = installs.filter((name) => !name.startsWith('node:'))
  const typed = foreign.flatMap((name) => declarations[name] ?? [])
  return {
    name: folder.replace(/^packages\//, ''),
    programs,
    installs: [...new Set([manifest.name, ...foreign, ...typed])],
  }
}

function packageOf(specifier: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
}

export async function writePrograms({ programs, installs: [name = ''] }: Project, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  for (const { file, code } of programs) {
    await writeFile(join(folder, `${file}.ts`), code)
    await writeFile(join(folder, `${file}.mjs`), stripTypeScriptTypes(code))
  }
  // As somebody has it whose sources are CommonJS: Node and the compiler let it require what has only modules.
  const required = `import all = require('${name}')\nexport const names: readonly string[] = Object.keys(all)\n`
  await writeFile(join(folder, 'example-required.cts'), required)
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '../workspace.ts'
import { runNpm } from './npm-install.ts'

/** Installs a version of Node and resolves to its program; undefined where there is none for this platform, or no registry. */
export async function installNode(version: string, home: string): Promise<string | undefined> {
  const pin = JSON.parse(readText('tools/toolchain.json')).node[`${process.platform}-${process.arch}`]
  if (pin === undefined) return undefined
  const folder = join(home, `node-${version}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  try {
    await runNpm(folder, [`${pin.package}@${version}`])
  } catch (error) {
    console.warn(`Node ${version} is left out: ${String(error).split('\n')[0]}`)
    return undefined
  }
  return join(folder, 'node_modules', pin.package, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

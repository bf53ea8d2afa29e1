// Loads entries in a process of their own and tells what each exports, or why it cannot be loaded.
import { runNode } from './run-node.ts'

export type Way = 'import' | 'require'

/** By specifier: the exported names, sorted, or the code of the error. */
export async function load(
  specifiers: readonly string[],
  way: Way,
  cwd: string,
  node?: string,
): Promise<Readonly<Record<string, string>>> {
  const code = `const found = {}
const load = ${way === 'import' ? '(name) => import(name)' : "require('node:module').createRequire(process.cwd() + '/')"}
const all = async () => {
  for (const name of ${JSON.stringify(specifiers)}) {
    try { found[name] = Object.keys(await load(name)).sort().join(', ') } catch (error) { found[name] = error.code ?? String(error) }
  }
  console.log(JSON.stringify(found))
}
all()`
  return JSON.parse(await runNode(['--input-type=commonjs', '-e', code], cwd, node))
}

// Writes a new package from a template, and enters it where the workspace has its packages.
import { cpSync, existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kind, namesOf } from './names.ts'
import { editsFor } from './tables.ts'

const templates = join(import.meta.dirname, 'templates')

/**
 * Generates a package into the workspace at `root`, and returns what it wrote or changed, relative to it.
 * @throws RangeError when no package can have the name, or one has it.
 */
export function generate(kind: Kind, name: string, root: string): string[] {
  const names = namesOf(kind, name)
  const folder = `packages/${names.package}`
  if (existsSync(join(root, folder))) throw new RangeError(`${folder} is there already`)
  const rename = (text: string): string => names.replacements.reduce((so, [from, to]) => so.replaceAll(from, to), text)

  const template = join(templates, names.template)
  for (const path of globSync('**/*', { cwd: template })) {
    if (statSync(join(template, path)).isDirectory()) continue
    const target = join(root, folder, rename(path))
    cpSync(join(template, path), target)
    writeFileSync(target, rename(readFileSync(target, 'utf8')))
  }
  const changeset = `.changeset/first-${names.package}.md`
  cpSync(join(root, folder, 'changeset.md'), join(root, changeset))
  rmSync(join(root, folder, 'changeset.md'))

  const edits = editsFor(kind, names.package)
  for (const { path, edit } of edits) writeFileSync(join(root, path), edit(readFileSync(join(root, path), 'utf8')))
  return [folder, changeset, ...edits.map(({ path }) => path)]
}

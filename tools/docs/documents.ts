// The documents whose code is checked.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.ts'

export function findDocuments(): string[] {
  const readmes = ['packages', 'apps'].flatMap((parent) =>
    children(parent).map((name) => `${parent}/${name}/README.md`),
  )
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    : []
  const pages = docs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path))
  const ofTheRoot = readdirSync(root).filter((path) => path.endsWith('.md'))
  return [...ofTheRoot.sort(), 'examples/README.md', ...pages.sort(), ...readmes].filter((path) =>
    existsSync(join(root, path)),
  )
}

function children(parent: string): string[] {
  return readdirSync(join(root, parent)).sort()
}

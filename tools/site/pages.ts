// Which documents of the repository are pages of the site, and where.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findDocuments } from '../docs/documents.ts'
import { headingsOf } from '../docs/markdown.ts'
import { root } from '../workspace.ts'

export interface Page {
  /** From the root of the repository: `docs/guides/tools.md`. */
  readonly document: string
  /** From the root of the site, without ending: `guides/tools`. */
  readonly route: string
  readonly title: string
}

export function findPages(): Page[] {
  return findDocuments().map((document) => ({ document, route: routeOf(document), title: titleOf(document) }))
}

/** The document that is shown for a path: a folder is shown by its README. */
export function documentOf(path: string): string {
  const readme = path === '' ? 'README.md' : `${path}/README.md`
  return !path.endsWith('.md') && existsSync(join(root, readme)) ? readme : path
}

function routeOf(document: string): string {
  const special: Readonly<Record<string, string>> = {
    'README.md': 'overview',
    'examples/README.md': 'examples/index',
    'docs/migration/README.md': 'migration/index',
    'docs/guides/README.md': 'guides/index',
  }
  return (
    special[document] ??
    (document.includes('/') ? document : document.toLowerCase())
      .replace(/^docs\//, '')
      .replace(/\/README\.md$/, '')
      .replace(/\.md$/, '')
  )
}

function titleOf(document: string): string {
  return headingsOf(readFileSync(join(root, document), 'utf8'))[0]?.text ?? document
}

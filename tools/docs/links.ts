// Whether what the documents lead to is there: files, folders, pages, and sections of pages.
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readText, root } from '../workspace.ts'
import { headingsOf, lineAt, linksOf } from './markdown.ts'

/** A link to something in the repository, from its root. */
export interface Destination {
  readonly path: string
  readonly anchor: string | undefined
}

/** Where a link of a document leads, or undefined if out of the repository. */
export function destinationOf(document: string, target: string): Destination | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined
  const [path = '', anchor] = target.split('#')
  const from = join(dirname(document), decodeURIComponent(path)).replace(/\/$/, '')
  return { path: path === '' ? document : from, anchor }
}

/** The links of a document that lead nowhere, as `document:line target: why`. */
export function deadLinks(document: string): string[] {
  const markdown = readText(document)
  return linksOf(markdown).flatMap(({ target, start }) => {
    const destination = destinationOf(document, target)
    const problem = destination && problemOf(destination)
    return problem === undefined ? [] : [`${document}:${lineAt(markdown, start)} ${target}: ${problem}`]
  })
}

function problemOf({ path, anchor }: Destination): string | undefined {
  if (path.startsWith('..') || !existsSync(join(root, path))) return 'there is no such file'
  if (anchor === undefined) return undefined
  const page = statSync(join(root, path)).isDirectory() ? `${path}/README.md` : path
  if (!page.endsWith('.md') || !existsSync(join(root, page))) return 'only pages have sections'
  return anchorsOf(page).has(anchor) ? undefined : 'there is no such section'
}

const known = new Map<string, ReadonlySet<string>>()

function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = known.get(page) ?? new Set(headingsOf(readText(page)).map(({ anchor }) => anchor))
  known.set(page, anchors)
  return anchors
}

// Writes the pages of the site from the documents of the repository: the same texts, with links as the site needs them.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { destinationOf } from '../docs/links.ts'
import { linksOf } from '../docs/markdown.ts'
import { readText, root } from '../workspace.ts'
import { homePage } from './home.ts'
import { documentOf, type Page } from './pages.ts'
import { linkNames, type ReferenceLinks } from './reference-links.ts'
import { isPicture, sourcePage, sourceRoute } from './sources.ts'

interface Staging {
  /** The folder of the pages. */
  readonly target: string
  readonly pages: readonly Page[]
  readonly reference: ReferenceLinks
}

export function stagePages({ target, pages, reference }: Staging): void {
  const routes = new Map(pages.map(({ document, route }) => [document, route]))
  const sources = new Set<string>()
  const pictures = new Set<string>()

  const leadTo = (document: string, link: string): string => {
    const destination = destinationOf(document, link)
    if (destination === undefined || link.startsWith('#')) return link
    const { path, anchor } = destination
    const hash = anchor === undefined ? '' : `#${anchor}`
    if (isPicture(path)) {
      pictures.add(path)
      return `/${path}`
    }
    const route = routes.get(documentOf(path))
    if (route !== undefined) return `/${route.replace(/(^|\/)index$/, '$1')}${hash}`
    sources.add(path)
    return `/${sourceRoute(path)}`
  }

  for (const { document, route } of pages) {
    const relinked = relink(readText(document), (link) => leadTo(document, link))
    write(join(target, `${route}.md`), linkNames(relinked, reference))
  }
  write(join(target, 'index.md'), homePage(readText('README.md')))
  for (const path of sources) write(join(target, `${sourceRoute(path)}.md`), sourcePage(path))
  for (const path of pictures) cpSync(join(root, path), join(target, 'public', path))
}

/** The text with each link replaced. */
export function relink(markdown: string, leadTo: (link: string) => string): string {
  let text = markdown
  for (const { target, start } of linksOf(markdown).toReversed())
    text = text.slice(0, start) + leadTo(target) + text.slice(start + target.length)
  return text
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

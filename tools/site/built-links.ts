// Whether every link of the built site leads to a file of it, and to a part of that page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

interface BuiltPage {
  readonly ids: ReadonlySet<string>
  readonly links: readonly string[]
}

/** The links that lead nowhere, as `page target`. */
export function deadLinksOfSite(folder: string, base = '/'): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'))
  const pages = new Map(files.map((path) => [path.replaceAll('\\', '/'), readPage(join(folder, path))]))
  return [...pages].flatMap(([path, { links }]) =>
    links.filter((link) => isDead(link, path)).map((link) => `${path} ${link}`),
  )

  function isDead(link: string, from: string): boolean {
    if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) return false
    const [path = '', anchor = ''] = link.split('#')
    const address = path.split('?')[0] ?? ''
    const target = address === '' ? from : fileAt(resolve(address, from))
    if (target === undefined) return true
    return anchor !== '' && !pages.get(target)?.ids.has(decodeURIComponent(anchor))
  }

  function resolve(address: string, from: string): string {
    if (!address.startsWith('/')) return posix.join(posix.dirname(from), address)
    return address.startsWith(base) ? address.slice(base.length) : address
  }

  /** As a server of files finds them, with and without their ending. */
  function fileAt(address: string): string | undefined {
    const path = decodeURIComponent(address).replace(/^\.?\//, '')
    const candidates = [path, `${path}.html`, posix.join(path, 'index.html')]
    return candidates.find((file) => existsSync(join(folder, file)) && statSync(join(folder, file)).isFile())
  }
}

function readPage(path: string): BuiltPage {
  const html = readFileSync(path, 'utf8')
  const values = (pattern: RegExp): string[] =>
    [...html.matchAll(pattern)].map(([, value = '']) => decodeEntities(value))
  return { ids: new Set(values(/\sid="([^"]*)"/g)), links: [...new Set(values(/\s(?:href|src)="([^"]*)"/g))] }
}

function decodeEntities(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}

// Where a document names in code something that a package exports, the site leads from there to the reference.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blank, blankFences, headingsOf } from '../docs/markdown.ts'
import type { ReferencePage } from './make-reference.ts'

/** Each exported name with its address on the site. A name that entries of two packages export is left out. */
export type ReferenceLinks = ReadonlyMap<string, string>

export function findReferenceLinks(folder: string, pages: readonly ReferencePage[]): ReferenceLinks {
  const links = new Map<string, string>()
  const twice = new Set<string>()
  for (const { route } of pages) {
    for (const { text, anchor, level } of headingsOf(readFileSync(join(folder, `${route}.md`), 'utf8'))) {
      const name = /^(\w+)(\(\))?$/.exec(text)?.[1]
      if (level !== 3 || name === undefined) continue
      const other = links.get(name)
      // A subpath of a package may have what its main entry has.
      if (other === undefined) links.set(name, `/${route}#${anchor}`)
      else if (packageOf(other) !== packageOf(`/${route}`)) twice.add(name)
    }
  }
  for (const name of twice) links.delete(name)
  return links
}

/** The text with the first mention of each exported name made a link. */
export function linkNames(markdown: string, links: ReferenceLinks): string {
  const linked = new Set<string>()
  // Headings and links stay as they are.
  const prose = blankFences(markdown).replace(/^#.*$|\[[^\]]*\]\([^)]*\)/gm, blank)
  let text = ''
  let end = 0
  for (const match of prose.matchAll(/`(\w+)(\([^`\n]*\))?`/g)) {
    const [code, name = ''] = match
    const address = links.get(name)
    if (address === undefined || linked.has(name)) continue
    linked.add(name)
    text += `${markdown.slice(end, match.index)}[${code}](${address})`
    end = match.index + code.length
  }
  return text + markdown.slice(end)
}

/** `/api/turns/yaml#x` is of the package `turns`. */
function packageOf(address: string): string | undefined {
  return address.split(/[/#]/)[2]
}

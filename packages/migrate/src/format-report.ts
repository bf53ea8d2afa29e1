import { type CallSite, guides, pageOf } from './call-site.ts'
import type { Report } from './find-call-sites.ts'
import { linkTo } from './playbook.ts'

/** The report for people: a place that editors and terminals open, what stands there, what to use, where to read. */
export function formatReport({ sites, unread, sources }: Report, playbook: string): string {
  const found = sites.map(
    ({ path, line, column, found, use, section }) =>
      `${printable(path)}:${line}:${column}  ${found}\n    use ${use}\n    ${linkTo(playbook, section)}\n`,
  )
  const kept = unread.map(({ path, reason }) => `${printable(path)}: not looked at: ${printable(reason)}\n`)
  return [...found, ...kept, summaryOf(sites, unread.length, sources, playbook)].join('\n')
}

function summaryOf(sites: readonly CallSite[], unread: number, sources: number, playbook: string): string {
  const lines = guides.flatMap((guide) => {
    const own = sites.filter((site) => site.guide === guide)
    if (own.length === 0) return []
    const files = new Set(own.map(({ path }) => path)).size
    return [`  ${guide}: ${own.length} in ${count(files, 'file')}: ${linkTo(playbook, pageOf(guide))}\n`]
  })
  const rest = unread === 0 ? '' : `, ${unread} not looked at`
  const total = sites.length === 0 ? 'nothing to migrate' : `${count(sites.length, 'call site')} to migrate`
  return `${total} in ${count(sources, 'source')}${rest}\n${lines.join('')}`
}

/** The report for programs: version 1 of its form. */
export function reportAsJson({ sites, unread, sources }: Report, playbook: string): string {
  const linked = sites.map(({ section, ...site }) => ({ ...site, link: linkTo(playbook, section) }))
  const summary = Object.fromEntries(
    guides.map((guide) => [guide, sites.filter((site) => site.guide === guide).length]),
  )
  return `${JSON.stringify({ v: 1, sources, summary, sites: linked, unread }, null, 2)}\n`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** A name of a file may hold anything, also what a terminal would obey. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1))
}

// What stands beside each page: everything there is, by what it is for.

import type { ReferencePage } from './make-reference.ts'
import type { Page } from './pages.ts'

export interface SidebarItem {
  readonly text: string
  readonly link?: string
  readonly collapsed?: boolean
  readonly items?: readonly SidebarItem[]
}

/** The order of the pages that are read one after the other; those that are not here follow by name. */
const order: readonly string[] = [
  'overview',
  'guides/index',
  'guides/first-chat',
  'guides/tools',
  'guides/events-and-sinks',
  'guides/structured-output',
  'guides/switching-providers',
  'guides/reasoning',
  'guides/persistence-and-recovery',
  'guides/terminal-ui',
  'guides/web-ui',
  'guides/testing-your-app',
  'guides/custom-events',
  'guides/middleware',
  'guides/adapter',
  'guides/store',
  'concepts',
  'architecture',
]

/** Which group a page stands in, by the beginning of its route. */
const groups: readonly (readonly [title: string, holds: (route: string) => boolean])[] = [
  ['Guides', (route) => route === 'overview' || route.startsWith('guides/')],
  ['Concepts', (route) => ['concepts', 'architecture'].includes(route)],
  ['Migration', (route) => route.startsWith('migration/') || route === 'import'],
  ['Proofs and benchmarks', (route) => ['proof', 'benchmarks', 'size'].includes(route)],
  ['Packages', (route) => route.startsWith('packages/')],
  ['Programs to read', (route) => route.startsWith('apps/') || route.startsWith('examples/')],
  ['Reference', () => true],
]

export function sidebarOf(pages: readonly Page[], reference: readonly ReferencePage[]): SidebarItem[] {
  const groupOf = (page: Page): string => groups.find(([, holds]) => holds(page.route))?.[0] ?? ''
  const made = groups.map(([text]) => ({
    text,
    collapsed: !['Guides', 'Concepts'].includes(text),
    items: pages
      .filter((page) => groupOf(page) === text)
      .toSorted(byOrder)
      .map(itemOf),
  }))
  const api = reference.map(({ specifier, route }) => ({
    text: specifier.replace('@geppetto/', ''),
    link: `/${route}`,
  }))
  return [...made, { text: 'API', collapsed: true, items: [{ text: 'All entries', link: '/api/' }, ...api] }]
}

function byOrder(one: Page, other: Page): number {
  return rank(one) - rank(other) || one.route.localeCompare(other.route)
}

function rank({ route }: Page): number {
  const at = order.indexOf(route)
  if (at !== -1) return at
  return route.endsWith('/index') ? order.length : order.length + 1
}

const shortTitles: Readonly<Record<string, string>> = { overview: 'Overview', 'guides/index': 'All guides' }

function itemOf({ title, route }: Page): SidebarItem {
  return { text: shortTitles[route] ?? title, link: `/${route.replace(/(^|\/)index$/, '$1')}` }
}

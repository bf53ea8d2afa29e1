// Builds the site: installs its tools, makes the reference, writes the pages, has VitePress draw them, looks at the links.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installFrozen } from '../install-frozen.ts'
import { root } from '../workspace.ts'
import { deadLinksOfSite } from './built-links.ts'
import { makeReference, referencePages } from './make-reference.ts'
import { findPages } from './pages.ts'
import { findReferenceLinks } from './reference-links.ts'
import { sidebarOf } from './sidebar.ts'
import { stagePages } from './stage.ts'

const site = join(root, 'site')
const folders = { site, pages: join(site, 'pages'), generated: join(site, 'generated') }
/** Where the site will stand on its host: `GEPPETTO_DOCS_BASE=/geppetto/` below a path. */
const base = process.env.GEPPETTO_DOCS_BASE ?? '/'

export const siteFolder: string = join(site, 'dist')

/** The packages must be built. Returns the links that lead nowhere. */
export function buildSite(): string[] {
  installFrozen(site, 'the tools of the site')
  rmSync(folders.pages, { recursive: true, force: true })
  mkdirSync(folders.generated, { recursive: true })

  const pages = findPages()
  const reference = referencePages()
  makeReference(folders)
  stagePages({ target: folders.pages, pages, reference: findReferenceLinks(folders.pages, reference) })
  writeFileSync(join(folders.generated, 'sidebar.json'), JSON.stringify(sidebarOf(pages, reference)))
  vitepress('build')
  return deadLinksOfSite(siteFolder, base)
}

/** Until it is stopped. */
export function serveSite(): void {
  vitepress('preview')
}

function vitepress(command: 'build' | 'preview'): void {
  const program = join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js')
  const env = { ...process.env, GEPPETTO_DOCS_BASE: base }
  execFileSync('node', [program, command, site], { cwd: site, env, stdio: ['ignore', 'inherit', 'inherit'] })
}

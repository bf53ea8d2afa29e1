// Files and folders of the repository that the documents lead to become pages of the site: so it needs no other host.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { root } from '../workspace.ts'

const languages: Readonly<Record<string, string>> = {
  '.ts': 'ts',
  '.tsx': 'tsx',
  '.mjs': 'js',
  '.js': 'js',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.sh': 'sh',
}

export function isPicture(path: string): boolean {
  return /\.(svg|png|jpe?g|gif|webp)$/.test(path)
}

/** Where the page of a file or folder is, from the root of the site, without ending. */
export function sourceRoute(path: string): string {
  // A dot in front of a folder's name would hide it from those who serve the site, and the ending of a page is left out of links.
  return `source/${path.replaceAll(/(^|\/)\./g, '$1dot-').replace(/\.md$/, '-md')}`
}

export function sourcePage(path: string): string {
  const isFolder = statSync(join(root, path)).isDirectory()
  return `---\nsearch: false\noutline: false\neditLink: false\n---\n\n# ${basename(path)}\n\n\`${path}\`\n\n${isFolder ? folder(path) : file(path)}\n`
}

function file(path: string): string {
  return `\`\`\`\`${languages[extname(path)] ?? 'text'}\n${readFileSync(join(root, path), 'utf8').trimEnd()}\n\`\`\`\``
}

function folder(path: string): string {
  const entries = readdirSync(join(root, path), { withFileTypes: true })
  return entries
    .filter(({ name }) => !['node_modules', 'dist', '.turbo'].includes(name))
    .map((entry) => `- \`${entry.name}${entry.isDirectory() ? '/' : ''}\``)
    .join('\n')
}

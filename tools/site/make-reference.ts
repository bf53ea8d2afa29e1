// The API reference: a page of Markdown for each entry of each package, made from the doc comments.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entriesOf, publishedPackages, root, scope } from '../workspace.ts'

export interface ReferencePage {
  /** As a user imports it: `@geppetto/turns/yaml`. */
  readonly specifier: string
  /** From the root of the site, without ending: `api/turns/yaml`. */
  readonly route: string
  /** The name of its package, without scope. */
  readonly packageName: string
  readonly description: string
}

interface ReferenceFolders {
  /** Where the tools of the site are installed. */
  readonly site: string
  /** The folder of the site's pages. */
  readonly pages: string
  /** For files that nobody reads. */
  readonly generated: string
}

export function referencePages(): ReferencePage[] {
  return publishedPackages().flatMap((workspacePackage) =>
    entriesOf(workspacePackage).map(({ specifier }) => ({
      specifier,
      route: `api/${specifier.slice(scope.length)}`,
      packageName: workspacePackage.manifest.name.slice(scope.length),
      description: workspacePackage.manifest.description,
    })),
  )
}

/** Writes the pages. The packages must be built. */
export function makeReference({ site, pages, generated }: ReferenceFolders): void {
  const entries = publishedPackages()
    .flatMap(entriesOf)
    .map(({ specifier, built }) => ({
      page: specifier.slice(scope.length),
      types: join(root, built.replace(/\.js$/, '.d.ts')),
    }))
  mkdirSync(generated, { recursive: true })
  const tsconfig = join(generated, 'tsconfig.json')
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
  }
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: entries.map(({ types }) => types) }))
  const plan = join(generated, 'reference.json')
  writeFileSync(plan, JSON.stringify({ tsconfig, out: join(pages, 'api'), entries }))
  execFileSync('node', ['make-reference.mjs', plan], { cwd: site, stdio: ['ignore', 'inherit', 'inherit'] })
  for (const page of referencePages()) finishPage(join(pages, `${page.route}.md`), page)
  writeFileSync(join(pages, 'api', 'index.md'), indexPage())
}

function finishPage(path: string, { specifier, packageName }: ReferencePage): void {
  const text = readFileSync(path, 'utf8')
    .replace(
      /^# .*\n/,
      `# ${specifier}\n\nWhat it is for, with an example: [${scope}${packageName}](/packages/${packageName}).\n`,
    )
    .replaceAll(/^\*\*\*\n\n/gm, '')
    // They would be most of what the search finds.
    .replaceAll(
      /^#{4,6} (Constructors?|Extends|Implements|Inherited from|Methods|Overrides|Parameters|Properties|Returns|Throws|Type Parameters)$/gm,
      '**$1**',
    )
  writeFileSync(path, text)
}

function indexPage(): string {
  const rows = referencePages().map(
    ({ specifier, route, description }) => `| [${specifier}](/${route}) | ${description} |`,
  )
  return [
    '# API',
    '',
    'Every entry of every package, made from the doc comments.',
    '',
    '| import | what it is |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n')
}

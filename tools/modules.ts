// What a TypeScript file imports and exports, read from its syntax tree: comments and strings do not mislead it.
import { parseSync } from 'vite'
import { readText } from './workspace.ts'

export interface ExportedName {
  /** `*` for `export * from`. */
  readonly name: string
  readonly isType: boolean
  /** The module it is re-exported from; undefined if it is declared in the file itself. */
  readonly from: string | undefined
}

export function importedSpecifiers(path: string): string[] {
  return specifiersIn(path, readText(path))
}

/** What a text of TypeScript imports that is in no file of its own. */
export function specifiersIn(path: string, text: string): string[] {
  const { module } = parse(path, text)
  const exported = module.staticExports.flatMap((statement) => statement.entries.map((entry) => entry.moduleRequest))
  const written = module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end))
  const specifiers = [
    ...module.staticImports.map((statement) => statement.moduleRequest.value),
    ...exported.flatMap((request) => request?.value ?? []),
    // A computed specifier names no module, and says so in the report.
    ...written.map((expression) => expression.replace(/^(['"`])(.*)\1$/s, '$2')),
  ]
  return [...new Set(specifiers)]
}

export function exportedNames(path: string): ExportedName[] {
  const entries = parse(path, readText(path)).module.staticExports.flatMap((statement) => statement.entries)
  return entries.map((entry) => ({
    name: entry.exportName.name ?? (entry.exportName.kind === 'Default' ? 'default' : '*'),
    isType: entry.isType,
    from: entry.moduleRequest?.value,
  }))
}

function parse(path: string, text: string) {
  const result = parseSync(path, text)
  const [error] = result.errors
  if (error) throw new Error(`${path}: ${error.message}`)
  return { module: result.module }
}

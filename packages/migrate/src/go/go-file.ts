import { geppettoPackage } from '../rules/go-rules.ts'
import { functionsOf, type GoFunction } from './functions.ts'
import { type GoImport, importsOf } from './imports.ts'
import { type GoToken, tokenizeGo } from './tokens.ts'

/** A Go source as the rules look at it. */
export interface GoFile {
  readonly path: string
  readonly tokens: readonly GoToken[]
  /** What it imports of geppetto, with the part of the path behind `geppetto/pkg/`. */
  readonly imports: readonly (GoImport & { readonly package: string })[]
  readonly functions: readonly GoFunction[]
}

/** A name of a package of geppetto, such as `engine.WithSink`. */
export interface Selector {
  readonly package: string
  readonly name: string
  /** Where the package's name stands among the tokens. */
  readonly index: number
}

export function readGoFile(path: string, source: string): GoFile {
  const tokens = tokenizeGo(source)
  const imports = importsOf(tokens).flatMap((found) => {
    const name = geppettoPackage(found.path)
    return name === undefined ? [] : [{ ...found, package: name }]
  })
  return { path, tokens, imports, functions: functionsOf(tokens) }
}

/** The names of geppetto's packages in a file; what a variable of the same name hides is none. */
export function selectorsOf({ tokens, imports, functions }: GoFile): Selector[] {
  if (imports.length === 0) return []
  const packages = new Map(imports.map(({ name, package: path }) => [name, path]))
  return tokens.flatMap((token, index) => {
    const [dot, name] = [tokens[index + 1], tokens[index + 2]]
    const path = token.kind === 'word' ? packages.get(token.text) : undefined
    if (path === undefined || dot?.text !== '.' || name?.kind !== 'word') return []
    if (tokens[index - 1]?.text === '.' || isHidden(functions, token.text, index)) return []
    return [{ package: path, name: name.text, index }]
  })
}

function isHidden(functions: readonly GoFunction[], name: string, index: number): boolean {
  const around = functions.find(({ start, end }) => start <= index && index <= end)
  const from = around?.locals.get(name)
  return around !== undefined && from !== undefined && index >= from && !isInSignature(around, index)
}

/** In a signature, as in `(engine engine.Engine)`, the second name is still the package's. */
function isInSignature({ bodyStart }: GoFunction, index: number): boolean {
  return index < bodyStart
}

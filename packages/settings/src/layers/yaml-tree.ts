import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import { settingsError } from '../settings-error.ts'
import { plainValue, type Tree } from './tree.ts'

/**
 * The tree of a YAML text, each value with file and line; undefined where there is nothing in it. Anchors and merge keys (`<<`) are followed.
 * @param file what the file is called in places.
 * @throws SettingsError `bad_file` saying where; what stands there may be a secret, and is not shown.
 */
export function yamlTree(text: string, file: string): Tree | undefined {
  const lines = new LineCounter()
  // The library's own messages quote the line.
  // Its own look for names that stand twice takes the square of their number.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const [error] = document.errors
  if (error !== undefined) {
    const place = `${file}:${lines.linePos(error.pos[0]).line}`
    const why = unclosed.test(error.message) ? 'a [ or { is not closed' : (reasons[error.code] ?? words(error.code))
    throw settingsError('bad_file', `this is no YAML: ${why}`, place)
  }
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null)) return undefined
  return new TreeBuilder(document, file, lines).build(contents)
}

/** What is most often wrong. */
const reasons: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'lines are indented with spaces, not with tabs',
  BAD_INDENT: 'the indentation does not fit the lines above',
  MULTILINE_IMPLICIT_KEY: 'there is no colon behind a name, or the indentation is wrong',
  MULTIPLE_DOCS: 'there is more than one document in it',
  MISSING_CHAR: 'a quotation mark, a bracket or a colon is missing',
}

/** The library calls that a bad indentation. */
const unclosed = /^Flow (map|sequence) in block collection/

function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}

/** As deep as anybody nests; an alias may stand in what it names. */
const deepest = 64

/** More than anybody writes; aliases of aliases are soon more than a machine holds. */
const mostValues = 100_000

/** An object that is being read. */
interface OpenBranch {
  readonly fields: Map<string, Tree>
  /** The names that it has itself, and not by a merge. */
  readonly own: Set<string>
  readonly depth: number
  readonly place: string
}

class TreeBuilder {
  readonly #document: Document
  readonly #file: string
  readonly #lines: LineCounter
  #values = 0

  constructor(document: Document, file: string, lines: LineCounter) {
    this.#document = document
    this.#file = file
    this.#lines = lines
  }

  build(node: unknown, depth = 0, above = this.#file): Tree {
    const place = this.#placeOf(node, above)
    this.#values += 1
    if (this.#values > mostValues)
      throw settingsError(
        'bad_file',
        `there are more than ${mostValues} values in this file, with those that aliases repeat`,
        this.#file,
      )
    if (depth > deepest) throw settingsError('bad_file', `this is nested more than ${deepest} levels deep`, place)
    if (isAlias(node)) {
      const named = node.resolve(this.#document)
      if (named === undefined) throw settingsError('bad_file', `there is nothing called &${node.source} above`, place)
      return this.build(named, depth + 1, place)
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item, depth + 1, place))
      return { place, value: items.map(plainValue), items }
    }
    if (!isMap(node)) return { place, value: scalarOf(node) }
    const fields = new Map<string, Tree>()
    const own = new Set<string>()
    for (const pair of node.items) this.#add(pair, { fields, own, depth, place })
    return { place, fields }
  }

  #add({ key, value }: Pair, { fields, own, depth, place: above }: OpenBranch): void {
    const name = String(isScalar(key) ? key.value : key)
    const place = this.#placeOf(key, above)
    if (own.has(name)) throw settingsError('bad_file', `${name} stands here a second time`, place)
    own.add(name)
    if (name === '<<') {
      const merged = isSeq(value) ? value.items : [value]
      for (const item of merged) {
        const tree = this.build(item, depth + 1, place)
        // What the object itself says stands, before or behind.
        if ('fields' in tree) for (const [inner, given] of tree.fields) if (!fields.has(inner)) fields.set(inner, given)
      }
      return
    }
    // A value's place is that of its name: of a list and of a long text it is where people look.
    const tree = this.build(value, depth + 1, place)
    fields.set(name, { ...tree, place })
  }

  #placeOf(node: unknown, above: string): string {
    const at = isNode(node) ? node.range?.[0] : undefined
    return at === undefined ? above : `${this.#file}:${this.#lines.linePos(at).line}`
  }
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)
}

function scalarOf(node: unknown): unknown {
  return isScalar(node) ? node.value : null
}

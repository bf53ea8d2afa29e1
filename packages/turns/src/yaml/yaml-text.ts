import { Document, isAlias, isPair, isScalar, isSeq, LineCounter, parseDocument, Scalar, visit } from 'yaml'
import { quote, TurnError, toErrorData } from '../errors.ts'
import type { JsonValue } from '../json.ts'

/** A document's data, and where in it they stand. */
export interface YamlText {
  readonly data: unknown
  /** @throws TurnError `invalid_stored_turn` naming the field and its line. */
  fail(path: readonly (string | number)[], message: string): never
}

/** The tags of JSON's data: all others make something that JSON cannot hold, or that only its maker knows. */
const plainTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Parses one document of plain data. Aliases are followed as far as the library allows; tags of one's own, keys that are no text and numbers that
 * JavaScript cannot hold to the last digit are refused.
 * @throws TurnError `invalid_stored_turn`
 */
export function parseYaml(text: string): YamlText {
  if (typeof text !== 'string') return fail('', `it must be a text, not ${quote(text)}`, undefined)
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'error' })
    const [problem] = document.errors
    if (problem !== undefined) fail('', problem.message, lines.linePos(problem.pos[0]).line, problem)
    visit(document, (key, node, ancestors) => {
      const reason = isPair(node) ? keyFault(node.key) : nodeFault(node)
      if (reason === undefined) return
      const at = isPair(node) ? node.key : node
      fail(fieldOf(key, node, ancestors), reason, lineAt(lines, at))
    })
    const data: unknown = document.toJS({ maxAliasCount: 100 })
    const failAt: YamlText['fail'] = (path, message) => {
      let line: number | undefined
      // What is not there stands where it should be.
      for (let length = path.length; length >= 0 && line === undefined; length--)
        line = lineAt(lines, length === 0 ? document.contents : document.getIn(path.slice(0, length), true))
      return fail(pathText(path), message, line)
    }
    return { data, fail: failAt }
  } catch (error) {
    if (error instanceof TurnError) throw error
    // Too many aliases, or nested too deeply.
    return fail('', toErrorData(error).message, undefined, error)
  }
}

/** Plain data as a document that Go reads as the same: what YAML 1.1 takes for something else than a text is quoted. */
export function stringifyYaml(data: JsonValue): string {
  const document = new Document(data, { aliasDuplicateObjects: false, compat: 'yaml-1.1' })
  visit(document, {
    Scalar(_key, node) {
      const { value } = node
      if (typeof value === 'string' && (value.search(breaksLines) >= 0 || hasOddLines(value)))
        node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0 }).replaceAll(breaksLines, escaped)
}

/** Characters that end a line in YAML 1.1, or that its readers refuse; they stand in double quotes alone. */
const breaksLines = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** Whether a text of several lines would not come back from a block of lines as it was. */
function hasOddLines(text: string): boolean {
  return text.includes('\n') && /^\s|\r|[ \t]$/m.test(text)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function keyFault(key: unknown): string | undefined {
  return isScalar(key) ? undefined : 'is a key that is no text'
}

function nodeFault(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || isAlias(node)) return undefined
  const tag: unknown = Reflect.get(node, 'tag')
  if (typeof tag === 'string' && !plainTags.has(tag)) return `has the tag ${tag}, and is no plain data`
  if (!isScalar(node) || typeof node.value !== 'number') return undefined
  const { value, source } = node
  if (!Number.isFinite(value)) return `is ${value}, which JSON cannot hold`
  const digits = /^[-+]?\d+$/.test(source ?? '') ? BigInt(source ?? '').toString() : undefined
  const isExact = digits === undefined || digits === String(value) || (value === 0 && digits === '0')
  return isExact ? undefined : 'is a number that JavaScript cannot hold to the last digit: put it in quotes'
}

/** Where a node stands, as a path. */
function fieldOf(key: unknown, node: unknown, ancestors: readonly unknown[]): string {
  const chain = [...ancestors, node]
  const path = chain.flatMap((one, index): (string | number)[] => {
    const parent = chain[index - 1]
    if (isPair(one)) return [isScalar(one.key) ? String(one.key.value) : '?']
    return isSeq(parent)
      ? [index === chain.length - 1 && typeof key === 'number' ? key : parent.items.indexOf(one)]
      : []
  })
  return pathText(path)
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

function lineAt(lines: LineCounter, node: unknown): number | undefined {
  const range: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? lines.linePos(range[0]).line : undefined
}

function fail(field: string, message: string, line: number | undefined, cause?: unknown): never {
  const where = [...(field === '' ? [] : [field]), ...(line === undefined ? [] : [`line ${line}`])].join(', ')
  const place = where === '' ? '' : `${where}: `
  throw new TurnError('invalid_stored_turn', `the YAML cannot be read: ${place}${message}`, { field, cause })
}

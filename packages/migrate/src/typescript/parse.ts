import { type ParserPlugin, parse } from '@babel/parser'
import type { File, Node } from '@babel/types'

/** The syntax tree of a source, also of one with mistakes in it. @throws where there is no making sense of it */
export function parseSource(path: string, text: string): File {
  const isComponent = /\.(?:vue|svelte)$/.test(path)
  const plugins: ParserPlugin[] = ['decorators']
  // In JavaScript `<` may begin an element; Flow's types are read as what they look like.
  if (isComponent || /\.[cm]?ts$/.test(path)) plugins.push('typescript')
  else if (/\.tsx$/.test(path)) plugins.push('typescript', 'jsx')
  else plugins.push('jsx', 'flow')
  const source = isComponent ? scriptsIn(text) : text
  return parse(source, { sourceType: 'unambiguous', errorRecovery: true, plugins, ...lenient })
}

/** The scripts of a component, each where it stood, and blanks for all else. */
function scriptsIn(text: string): string {
  const blank = (part: string) => part.replace(/[^\r\n]/g, ' ')
  let [scripts, end] = ['', 0]
  for (const { 1: opening = '', 2: script = '', index } of text.matchAll(
    /(<script\b[^>]*>)([\s\S]*?)<\/script\s*>/gi,
  )) {
    scripts += blank(text.slice(end, index) + opening) + script
    end = index + opening.length + script.length
  }
  return scripts + blank(text.slice(end))
}

const lenient = {
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowUndeclaredExports: true,
  allowSuperOutsideMethod: true,
} as const

/** A part of a tree and the name of the field that it stands in. */
export interface Child {
  readonly key: string
  readonly node: Node
}

/** The parts of a node, in the order of its fields. */
export function childrenOf(node: Node): Child[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (aside.has(key)) return []
    if (Array.isArray(value)) return value.filter(isNode).map((item) => ({ key, node: item }))
    return isNode(value) ? [{ key, node: value }] : []
  })
}

const aside = new Set(['loc', 'extra', 'leadingComments', 'innerComments', 'trailingComments', 'errors', 'comments'])

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

import type { createLowlight } from 'lowlight'
import { styled } from '../ink-style.ts'

type Lowlight = ReturnType<typeof createLowlight>
type Node = ReturnType<Lowlight['highlight']>['children'][number]
type Format = Parameters<typeof styled>[0]

let highlighter: Lowlight | undefined

/** Loads what knows languages; until then code has one colour. It is large, and no prompt waits for it. */
export async function loadHighlighter(): Promise<void> {
  const { common, createLowlight } = await import('lowlight')
  highlighter ??= createLowlight(common)
}

/** The code with colours; without, where nobody knows the language. */
export function highlighted(code: string, language: string): string {
  if (highlighter === undefined || !highlighter.registered(language)) return code
  return highlighter
    .highlight(language, code)
    .children.map((node) => painted(node))
    .join('')
}

function painted(node: Node, format?: Format): string {
  if (node.type === 'text') return byLine(node.value, format)
  if (node.type !== 'element') return ''
  const classes = Array.isArray(node.properties.className) ? node.properties.className : []
  const own = classes.map((name) => formats[String(name)]).find((found) => found !== undefined) ?? format
  return node.children.map((child) => painted(child, own)).join('')
}

/** Colours end with the line: lines are cut apart afterwards. */
function byLine(text: string, format: Format | undefined): string {
  if (format === undefined) return text
  return text
    .split('\n')
    .map((line) => styled(format, line))
    .join('\n')
}

const formats: { readonly [name: string]: Format | undefined } = {
  'hljs-keyword': 'magenta',
  'hljs-built_in': 'cyan',
  'hljs-type': 'cyan',
  'hljs-literal': 'yellow',
  'hljs-number': 'yellow',
  'hljs-string': 'green',
  'hljs-regexp': 'green',
  'hljs-symbol': 'green',
  'hljs-comment': 'dim',
  'hljs-quote': 'dim',
  'hljs-meta': 'dim',
  'hljs-title': 'blue',
  'hljs-section': 'blue',
  'hljs-name': 'blue',
  'hljs-tag': 'blue',
  'hljs-attr': 'cyan',
  'hljs-attribute': 'cyan',
  'hljs-property': 'cyan',
  'hljs-selector-tag': 'magenta',
  'hljs-selector-class': 'cyan',
  'hljs-variable': 'cyan',
  'hljs-template-variable': 'cyan',
  'hljs-addition': 'green',
  'hljs-deletion': 'red',
}

import { common, createLowlight } from 'lowlight'

const lowlight = createLowlight(common)

/** A piece of code in one colour. */
export interface CodePiece {
  readonly text: string
  /** As highlight.js names it: `hljs-keyword`. */
  readonly className?: string
}

type Nodes = ReturnType<typeof lowlight.highlight>['children']

/** The pieces of some code; undefined where its language is not known. */
export function highlight(code: string, language: string): readonly CodePiece[] | undefined {
  return lowlight.registered(language) ? piecesOf(lowlight.highlight(language, code).children) : undefined
}

function piecesOf(nodes: Nodes, className?: string): CodePiece[] {
  return nodes.flatMap((node): CodePiece[] => {
    if (node.type === 'text') return [{ text: node.value, ...(className === undefined ? {} : { className }) }]
    if (node.type !== 'element') return []
    const own = node.properties['className']
    return piecesOf(node.children, Array.isArray(own) ? own.join(' ') : className)
  })
}

import type { Node } from '@babel/types'
import { childrenOf } from './parse.ts'
import { enter, isFunction, isNamedDeclaration, type Scope } from './scope.ts'

/** A node on the way through a tree. */
export interface Step {
  readonly node: Node
  /** From the nearest to the whole. */
  readonly around: Path | undefined
  readonly scope: Scope | undefined
  /** Whether it is a name that means something, and not one that is declared or belongs to an object. */
  readonly isReference: boolean
}

export interface Path {
  readonly node: Node
  readonly around: Path | undefined
}

/** Goes through a tree from its beginning to its end. */
export function walk(root: Node, visit: (step: Step) => void): void {
  const waiting = [
    { node: root, key: '', around: undefined as Path | undefined, scope: enter(root, undefined), declares: false },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, key, around, scope, declares } = next
    const isName = node.type === 'Identifier'
    visit({ node, around, scope, isReference: isName && !declares && !isLabelOf(around?.node, key) })
    // What comes from elsewhere is named there, not here.
    if (node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source)) continue
    const path = { node, around }
    const children = childrenOf(node).map((child) => ({
      ...child,
      around: path,
      scope: enter(child.node, scope),
      declares: isDeclared(node, child.key, declares),
    }))
    waiting.push(...children.reverse())
  }
}

/** Whether what stands in a field is a name that is made there; in a pattern that holds for all but its defaults and types. */
function isDeclared(node: Node, key: string, declares: boolean): boolean {
  if (key === 'id')
    return (
      node.type === 'VariableDeclarator' || isNamedDeclaration(node) || isFunction(node) || /^Class/.test(node.type)
    )
  if (key === 'params') return isFunction(node) || /^TS.*(?:FunctionType|ConstructorType|Signature\w*)$/.test(node.type)
  if (key === 'param') return node.type === 'CatchClause'
  if (key === 'parameters' || key === 'parameter') return node.type.startsWith('TS')
  if (!declares) return false
  if (key === 'typeAnnotation' || key === 'right' || key === 'decorators') return false
  return !(key === 'key' && 'computed' in node && node.computed)
}

/** Whether a name in a field of a node says which part of something is meant, and refers to nothing itself. */
function isLabelOf(node: Node | undefined, key: string): boolean {
  if (node === undefined) return false
  if (key === 'property' || key === 'key') return !('computed' in node && node.computed)
  if (key === 'right') return node.type === 'TSQualifiedName'
  return ['exported', 'label', 'parameterName', 'meta'].includes(key) || (key === 'id' && node.type === 'TSEnumMember')
}

// What a hand-written loop keeps beside its call: a flag, a controller, an array, arguments to be parsed.
import type { Node } from '@babel/types'
import type { Advice } from '../call-site.ts'
import { flagName, messagesName, messagesType, sdkAdvice } from '../rules/sdk-rules.ts'
import { lastNameOf, namedValue } from './clients.ts'
import { nameOf } from './imported.ts'
import type { Step } from './walk.ts'

/** What a node is of a loop, if there is a call to go with it. */
export function keptBeside({ node }: Step): { readonly found: string; readonly advice: Advice } | undefined {
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'AbortController')
    return { found: 'new AbortController()', advice: sdkAdvice.abort }
  if (node.type === 'CallExpression' && parsesArguments(node))
    return { found: 'JSON.parse of the arguments of a call', advice: sdkAdvice.arguments }
  const kept = stateOf(node)
  if (kept === undefined) return undefined
  const { name, value, annotation } = kept
  if (flagName.test(name) && value?.type === 'BooleanLiteral')
    return { found: `the flag ${name}`, advice: sdkAdvice.flag }
  const isList = value?.type === 'ArrayExpression' || (!value && annotation)
  if (isList && (messagesName.test(name) || namesMessages(annotation)))
    return { found: `the array ${name}`, advice: sdkAdvice.messages }
  return undefined
}

interface State {
  readonly name: string
  readonly value: Node | undefined
  readonly annotation: Node | undefined
}

function stateOf(node: Node): State | undefined {
  if (node.type === 'VariableDeclarator' && node.id.type === 'ArrayPattern') return reactState(node.id, node.init)
  if (node.type !== 'VariableDeclarator' && node.type !== 'ClassProperty' && node.type !== 'ClassPrivateProperty')
    return undefined
  const named = namedValue(node)
  if (named === undefined) return undefined
  const inside = insideOf(named.value ?? undefined)
  return { name: named.name, value: inside, annotation: named.annotation ?? undefined }
}

/** `[messages, setMessages] = useState([])` */
function reactState(pattern: Node, init: Node | null | undefined): State | undefined {
  const first = pattern.type === 'ArrayPattern' ? pattern.elements[0] : undefined
  return first && init?.type === 'CallExpression'
    ? { name: nameOf(first), value: insideOf(init), annotation: undefined }
    : undefined
}

/** What is kept by `useState(false)`, `useRef([])`, `[] as Message[]`: their first argument, or the value itself. */
function insideOf(value: Node | undefined): Node | undefined {
  if (value?.type === 'TSAsExpression' || value?.type === 'TSSatisfiesExpression') return insideOf(value.expression)
  if (
    value?.type !== 'CallExpression' ||
    !/^(?:useState|useRef|ref|signal|createSignal)$/.test(lastNameOf(value.callee))
  )
    return value
  return insideOf(value.arguments[0])
}

function namesMessages(annotation: Node | undefined): boolean {
  if (annotation?.type === 'TSTypeAnnotation') return namesMessages(annotation.typeAnnotation)
  if (annotation?.type === 'TSArrayType') return namesMessages(annotation.elementType)
  if (annotation?.type !== 'TSTypeReference') return false
  const { typeName } = annotation
  return messagesType.test(typeName.type === 'TSQualifiedName' ? nameOf(typeName.right) : nameOf(typeName))
}

/** `JSON.parse(call.function.arguments)` */
function parsesArguments(node: Extract<Node, { type: 'CallExpression' }>): boolean {
  const { callee, arguments: given } = node
  if (callee.type !== 'MemberExpression' || nameOf(callee.object) !== 'JSON' || nameOf(callee.property) !== 'parse')
    return false
  const [first] = given
  const text = first?.type === 'LogicalExpression' ? first.left : first
  const isMember = text?.type === 'MemberExpression' || text?.type === 'OptionalMemberExpression'
  return isMember && lastNameOf(text) === 'arguments'
}

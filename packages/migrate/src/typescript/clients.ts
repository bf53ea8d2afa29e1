import type { Node } from '@babel/types'
import { type Vendor, vendorOf } from '../rules/sdk-rules.ts'
import { nameOf } from './imported.ts'
import { lookUp, type Scope } from './scope.ts'
import type { Step } from './walk.ts'

/** The vendor whose client an expression or a type is: `new OpenAI()`, `: Anthropic`, `useMemo(() => new OpenAI())`. */
export function clientMadeBy(node: Node | null | undefined, scope: Scope | undefined): Vendor | undefined {
  switch (node?.type) {
    case 'NewExpression':
      return node.callee.type === 'Identifier' || node.callee.type === 'MemberExpression'
        ? vendorNamed(node.callee, scope)
        : undefined
    case 'TSTypeAnnotation':
      return clientMadeBy(node.typeAnnotation, scope)
    case 'TSTypeReference':
      return vendorNamed(node.typeName, scope)
    case 'AwaitExpression':
      return clientMadeBy(node.argument, scope)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return clientMadeBy(node.expression, scope)
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return clientMadeBy(node.right, scope)
    case 'ConditionalExpression':
      return clientMadeBy(node.consequent, scope) ?? clientMadeBy(node.alternate, scope)
    case 'ArrowFunctionExpression':
      return clientMadeBy(node.body, scope)
    case 'CallExpression': {
      const [argument] = node.arguments
      return argument?.type === 'ArrowFunctionExpression' ? clientMadeBy(argument.body, scope) : undefined
    }
    default:
      return undefined
  }
}

/** The name that a declaration, a parameter, a field or an assignment gives to a client, and whose client it is. */
export function clientNamedBy({ node, scope }: Step): readonly [name: string, vendor: Vendor] | undefined {
  const pair = namedValue(node)
  const vendor = pair && (clientMadeBy(pair.annotation, scope) ?? clientMadeBy(pair.value, scope))
  return pair && vendor ? [pair.name, vendor] : undefined
}

interface NamedValue {
  readonly name: string
  readonly value?: Node | null | undefined
  readonly annotation?: Node | null | undefined
}

/** What gets a name: a variable, a field, a parameter, `this.x = …`. */
export function namedValue(node: Node): NamedValue | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.id.type === 'Identifier'
        ? { name: node.id.name, value: node.init, annotation: node.id.typeAnnotation }
        : undefined
    case 'ClassProperty':
      return { name: nameOf(node.key), value: node.value, annotation: node.typeAnnotation }
    case 'ClassPrivateProperty':
      return { name: node.key.id.name, value: node.value, annotation: node.typeAnnotation }
    case 'ObjectProperty':
      return { name: nameOf(node.key), value: node.value }
    case 'TSPropertySignature':
      return { name: nameOf(node.key), annotation: node.typeAnnotation }
    case 'Identifier':
      return node.typeAnnotation ? { name: node.name, annotation: node.typeAnnotation } : undefined
    case 'AssignmentExpression':
      return { name: lastNameOf(node.left), value: node.right }
    default:
      return undefined
  }
}

/** `client` of `client`, `this.client`, `this.#client` and `deps.client`. */
export function lastNameOf(node: Node): string {
  if (node.type === 'PrivateName') return node.id.name
  if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') return lastNameOf(node.property)
  return node.type === 'TSNonNullExpression' ? lastNameOf(node.expression) : nameOf(node)
}

function vendorNamed(node: Node, scope: Scope | undefined): Vendor | undefined {
  if (node.type === 'Identifier') {
    const imported = lookUp(scope, node.name)
    // `import { APIError } from 'openai'` is no client, whatever is made of it.
    const isClient =
      imported !== undefined && /^(?:default|\*|.*(?:OpenAI|Anthropic|Groq|Together)\w*)$/.test(imported.name)
    return isClient ? vendorOf(imported.module) : undefined
  }
  if (node.type === 'MemberExpression')
    return node.property.type === 'Identifier' && /^(?:default|OpenAI|Anthropic)$/.test(node.property.name)
      ? vendorNamed(node.object, scope)
      : undefined
  return undefined
}

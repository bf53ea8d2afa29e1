import type { Node } from '@babel/types'
import { type Imported, importedBy } from './imported.ts'

/** What the names mean in a part of a file; a name that is no import is `undefined`. */
export interface Scope {
  readonly outer: Scope | undefined
  readonly names: ReadonlyMap<string, Imported | undefined>
}

/** What a name is imported from, unless something nearer has that name. */
export function lookUp(scope: Scope | undefined, name: string): Imported | undefined {
  for (let within = scope; within !== undefined; within = within.outer)
    if (within.names.has(name)) return within.names.get(name)
  return undefined
}

/** The scope inside a node: the one around it where it declares nothing. */
export function enter(node: Node, outer: Scope | undefined): Scope | undefined {
  const names = new Map<string, Imported | undefined>()
  for (const name of ownNames(node)) names.set(name, undefined)
  for (const statement of statementsOf(node)) {
    for (const name of declaredBy(statement)) names.set(name, undefined)
    for (const { local, module, name } of importedBy(statement)) names.set(local, { module, name })
  }
  return names.size === 0 ? outer : { outer, names }
}

function ownNames(node: Node): string[] {
  if (isFunction(node)) return [...node.params.flatMap(namesIn), ...('id' in node && node.id ? namesIn(node.id) : [])]
  if (node.type === 'CatchClause') return node.param ? namesIn(node.param) : []
  if (node.type === 'ForStatement') return node.init ? declaredBy(node.init) : []
  if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') return declaredBy(node.left)
  return node.type === 'ClassExpression' && node.id ? namesIn(node.id) : []
}

function statementsOf(node: Node): readonly Node[] {
  if (node.type === 'SwitchStatement') return node.cases.flatMap(({ consequent }) => consequent)
  const hasStatements =
    node.type === 'Program' ||
    node.type === 'BlockStatement' ||
    node.type === 'StaticBlock' ||
    node.type === 'TSModuleBlock'
  return hasStatements ? node.body.map(withoutExport) : []
}

function withoutExport(statement: Node): Node {
  return statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement
}

function declaredBy(statement: Node): string[] {
  if (statement.type === 'VariableDeclaration') return statement.declarations.flatMap(({ id }) => namesIn(id))
  return isNamedDeclaration(statement) && statement.id ? namesIn(statement.id) : []
}

/** Whether a node gives its `id` as a name to what is around it. */
export function isNamedDeclaration(node: Node): node is Extract<Node, { type: (typeof namedDeclarations)[number] }> {
  return namedDeclarations.some((type) => type === node.type)
}

const namedDeclarations = [
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ClassDeclaration',
  'TSEnumDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSImportEqualsDeclaration',
  'TSModuleDeclaration',
] as const

export function isFunction(node: Node): node is Extract<Node, { type: (typeof functions)[number] }> {
  return functions.some((type) => type === node.type)
}

const functions = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
] as const

/** The names that a pattern such as `{ a, b: [c = 1] }` declares. */
function namesIn(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap(namesIn)
    case 'ObjectProperty':
      return namesIn(pattern.value)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    case 'TSParameterProperty':
      return namesIn(pattern.parameter)
    default:
      return []
  }
}

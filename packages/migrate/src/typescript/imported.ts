import type { Node } from '@babel/types'

/** What a name of a file stands for: something of another module. */
export interface Imported {
  readonly module: string
  /** As the module calls it; `*` for all of it, `default` for what it exports without a name. */
  readonly name: string
}

export interface ImportedName extends Imported {
  readonly local: string
  /** Where the file says so. */
  readonly at: Node
}

/** The names that a statement brings in: by `import`, by `require`, by `await import`. */
export function importedBy(statement: Node): ImportedName[] {
  if (statement.type === 'ImportDeclaration') {
    const module = statement.source.value
    return statement.specifiers.map((specifier) => {
      const { local } = specifier
      if (specifier.type === 'ImportNamespaceSpecifier') return { module, name: '*', local: local.name, at: specifier }
      if (specifier.type === 'ImportDefaultSpecifier')
        return { module, name: 'default', local: local.name, at: specifier }
      return { module, name: nameOf(specifier.imported), local: local.name, at: specifier }
    })
  }
  if (statement.type === 'TSImportEqualsDeclaration' && statement.moduleReference.type === 'TSExternalModuleReference')
    return [
      { module: statement.moduleReference.expression.value, name: '*', local: statement.id.name, at: statement.id },
    ]
  if (statement.type !== 'VariableDeclaration') return []
  return statement.declarations.flatMap(({ id, init }): ImportedName[] => {
    const module = init ? requiredBy(init) : undefined
    if (module === undefined) return []
    if (id.type === 'Identifier') return [{ module, name: '*', local: id.name, at: id }]
    if (id.type !== 'ObjectPattern') return []
    return id.properties.flatMap((property) => {
      if (property.type !== 'ObjectProperty' || property.computed || property.value.type !== 'Identifier') return []
      return [{ module, name: nameOf(property.key), local: property.value.name, at: property }]
    })
  })
}

/** `x` of `require('x')` and of `await import('x')`. */
function requiredBy(expression: Node): string | undefined {
  if (expression.type === 'AwaitExpression') return requiredBy(expression.argument)
  if (expression.type === 'ImportExpression')
    return expression.source.type === 'StringLiteral' ? expression.source.value : undefined
  if (expression.type !== 'CallExpression') return undefined
  const [argument] = expression.arguments
  const isRequire = expression.callee.type === 'Identifier' && expression.callee.name === 'require'
  return (isRequire || expression.callee.type === 'Import') && argument?.type === 'StringLiteral'
    ? argument.value
    : undefined
}

/** The name of an import, an export or a property, which may be written as a string. */
export function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'StringLiteral' ? node.value : ''
}

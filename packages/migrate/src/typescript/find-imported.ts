import type { File, Node } from '@babel/types'
import { type Advice, type CallSite, type Guide, sectionOf } from '../call-site.ts'
import { adviceFor } from '../rules/module-rules.ts'
import { rulesFor } from '../rules/rules-for.ts'
import { type Imported, type ImportedName, importedBy, nameOf } from './imported.ts'
import { lookUp } from './scope.ts'
import { type Path, walk } from './walk.ts'

/** Where a file uses what the playbook replaces of other modules. */
export function findImported(path: string, { program }: File): CallSite[] {
  const sites: CallSite[] = []
  const imports: ImportedName[] = []
  const used = new Set<string>()
  const types = new Set<string>()
  walk(program, ({ node, around, scope, isReference }) => {
    imports.push(...importedBy(node).filter(({ module }) => rulesFor(module) !== undefined))
    for (const exported of reexportedBy(node)) add(exported, exported.at)
    if (!isReference || node.type !== 'Identifier') return
    const imported = lookUp(scope, node.name)
    if (imported === undefined) return
    used.add(keyOf(imported))
    const member = memberOf(node, around)
    const isPart = imported.name === '*' && member !== undefined
    const named = isPart ? { ...imported, name: member } : imported
    if (isType(around?.node)) {
      // A type is said many times and replaced once.
      if (types.has(keyOf(named))) return
      types.add(keyOf(named))
    }
    add(named, node, isPart ? undefined : member)
  })
  // A file that only imports something, for its effect or to no end, needs it no more.
  for (const imported of imports) if (!used.has(keyOf(imported))) add(imported, imported.at)
  return sites

  function add({ module, name }: Imported, at: Node, member?: string): void {
    const rules = rulesFor(module)
    if (rules === undefined || rules.kept.test(name)) return
    if (member !== undefined && rules.keptMembers?.test(member)) return
    const advice = adviceFor(rules, name)
    const found = name === '*' || name === 'default' ? `'${module}'` : `${name} of '${module}'`
    sites.push(siteOf(path, at, rules.guide, found, advice))
  }
}

export function siteOf(path: string, { loc }: Node, guide: Guide, found: string, advice: Advice): CallSite {
  const { line, column } = loc?.start ?? { line: 1, column: 0 }
  return { path, line, column: column + 1, guide, found, use: advice.use, section: sectionOf(guide, advice) }
}

function keyOf({ module, name }: Imported): string {
  return `${module} ${name}`
}

/** What is asked of a name: `embedding` of `openai.embedding(…)`. */
function memberOf(node: Node, around: Path | undefined): string | undefined {
  const parent = around?.node
  if (parent?.type === 'MemberExpression' || parent?.type === 'OptionalMemberExpression')
    return parent.object === node && !parent.computed ? nameOf(parent.property) : undefined
  return parent?.type === 'TSQualifiedName' && parent.left === node ? nameOf(parent.right) : undefined
}

/** Whether what stands directly in a node is a type, and no value around which TypeScript says something. */
function isType(parent: Node | undefined): boolean {
  return parent?.type.startsWith('TS') === true && !/Expression$|Assertion$|Assignment$/.test(parent.type)
}

function reexportedBy(node: Node): (Imported & { readonly at: Node })[] {
  if (node.type === 'ExportAllDeclaration') return [{ module: node.source.value, name: '*', at: node }]
  if (node.type !== 'ExportNamedDeclaration' || !node.source) return []
  const module = node.source.value
  return node.specifiers.map((specifier) => {
    const name = specifier.type === 'ExportSpecifier' ? nameOf(specifier.local) : '*'
    return { module, name, at: specifier }
  })
}

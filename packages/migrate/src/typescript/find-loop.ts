// A loop around a vendor's SDK: the call itself, and what a program keeps beside it.
import type { File, Node } from '@babel/types'
import type { Advice, CallSite } from '../call-site.ts'
import { sdkAdvice, type Vendor, vendorAddress, vendorCalls, vendorOf } from '../rules/sdk-rules.ts'
import { clientMadeBy, clientNamedBy, lastNameOf } from './clients.ts'
import { siteOf } from './find-imported.ts'
import { type Imported, nameOf } from './imported.ts'
import { keptBeside } from './kept-beside.ts'
import { lookUp } from './scope.ts'
import { type Path, type Step, walk } from './walk.ts'

/** What a file has of a loop, to be judged when all files are known. */
export interface LoopFacts {
  readonly path: string
  readonly calls: readonly LoopCall[]
  readonly beside: readonly { readonly site: CallSite; readonly part: Node | undefined }[]
  /** What others may import: name and vendor of each client that the file makes at its top. */
  readonly clients: ReadonlyMap<string, Vendor>
}

interface LoopCall {
  readonly site: CallSite
  readonly loop: CallSite | undefined
  /** The class, function or statement at the top of the file in which it stands. */
  readonly part: Node | undefined
  readonly vendor: Vendor | undefined
  /** Where the client is from, when only another file can say whose it is. */
  readonly client: Imported | undefined
}

export function findLoop(path: string, { program }: File): LoopFacts {
  const names = new Map<string, Vendor>()
  const clients = new Map<string, Vendor>()
  const vendors = new Set<Vendor>()
  walk(program, (step) => {
    const named = clientNamedBy(step)
    if (named !== undefined) names.set(...named)
    const module = step.node.type === 'ImportDeclaration' ? vendorOf(step.node.source.value) : undefined
    if (module !== undefined) vendors.add(module)
  })
  const calls: LoopCall[] = []
  const beside: { site: CallSite; part: Node | undefined }[] = []
  walk(program, (step) => {
    const call = callAt(step)
    if (call !== undefined) calls.push(call)
    const advice = keptBeside(step)
    if (advice !== undefined) beside.push({ site: site(step.node, advice.found, advice.advice), part: partOf(step) })
    for (const [name, vendor] of exportedClients(step, names)) clients.set(name, vendor)
  })
  return { path, calls, beside, clients }

  function callAt(step: Step): LoopCall | undefined {
    const { node, scope } = step
    const address = addressAsked(step)
    if (vendorAddress.test(address)) {
      const found = `a request to ${new URL(address).host}`
      return { ...around(step), site: site(node, found, sdkAdvice.call), vendor: 'openai', client: undefined }
    }
    if (node.type !== 'CallExpression' && node.type !== 'OptionalCallExpression') return undefined
    const chain = chainOf(node.callee)
    const vendor = vendorAt(chain.names)
    if (vendor === undefined) return undefined
    const own = receiverLength(chain.names, vendor)
    const receiver = chain.names[own - 1] ?? ''
    const known = names.get(receiver) ?? clientMadeBy(chain.root, scope)
    const imported = chain.root.type === 'Identifier' ? lookUp(scope, chain.root.name) : undefined
    // Nothing else has `chat.completions`; `messages.create` may be anybody's.
    const isTold = vendors.has(vendor) && (vendor === 'openai' || /anthropic|claude/i.test(receiver))
    const found = `${chain.names.slice(own).join('.')} of ${vendor}`
    return {
      ...around(step),
      site: site(node, found, sdkAdvice.call),
      vendor: known === vendor || (known === undefined && isTold) ? vendor : undefined,
      client: imported?.module.match(/^(?:\.|@\/|~\/|#)/) ? imported : undefined,
    }
  }

  function around(step: Step): Pick<LoopCall, 'loop' | 'part'> {
    const loop = loopAround(step)
    return { part: partOf(step), loop: loop && site(loop, 'a loop around the call', sdkAdvice.loop) }
  }

  function site(node: Node, found: string, advice: Advice): CallSite {
    return siteOf(path, node, 'sdk-loop', found, advice)
  }
}

/** A text where addresses are asked or kept: in `fetch('…')`, in `const url = '…'`. */
function addressAsked({ node, around }: Step): string {
  const parent = around?.node.type === 'TemplateLiteral' ? around.around?.node : around?.node
  const isAsked =
    parent?.type === 'VariableDeclarator' ||
    ((parent?.type === 'CallExpression' || parent?.type === 'NewExpression') &&
      /^(?:\$?fetch|post|request|axios|got|ky|URL|Request)$/.test(lastNameOf(parent.callee)))
  if (!isAsked) return ''
  return node.type === 'StringLiteral' ? node.value : node.type === 'TemplateElement' ? node.value.raw : ''
}

/** `{ root: client, names: ['client', 'chat', 'completions', 'create'] }` of `client.chat.completions.create`. */
function chainOf(callee: Node): { readonly root: Node; readonly names: readonly string[] } {
  const names: string[] = []
  let root = callee
  while (
    root.type === 'MemberExpression' ||
    root.type === 'OptionalMemberExpression' ||
    root.type === 'TSNonNullExpression'
  ) {
    if (root.type !== 'TSNonNullExpression') names.unshift(lastNameOf(root.property))
    root = root.type === 'TSNonNullExpression' ? root.expression : root.object
  }
  const name = nameOf(root)
  return { root, names: name === '' ? names : [name, ...names] }
}

function vendorAt(names: readonly string[]): Vendor | undefined {
  const chain = names.join('.')
  return (['openai', 'anthropic'] as const).find((vendor) => vendorCalls[vendor].test(chain))
}

/** How many names stand in front of those that the vendor's SDK gives. */
function receiverLength(names: readonly string[], vendor: Vendor): number {
  const match = vendorCalls[vendor].exec(names.join('.'))
  const own = match?.[0].replace(/^\./, '').split('.').length ?? 0
  return names.length - own
}

/** The loop of the same function in whose body a call stands; `for await (… of call)` reads one answer, and is none. */
function loopAround({ node, around }: Step): Node | undefined {
  let inner: Node = node
  for (let path: Path | undefined = around; path !== undefined; path = path.around) {
    const outer = path.node
    if (/Function|Method/.test(outer.type)) return undefined
    const isLoop = /^(?:While|DoWhile|For|ForOf|ForIn)Statement$/.test(outer.type)
    if (isLoop && 'body' in outer && outer.body === inner) return outer
    inner = outer
  }
  return undefined
}

/** The part of the file, below the whole, in which something stands: undefined for what stands at the top itself. */
function partOf({ node, around }: Step): Node | undefined {
  let part: Node | undefined
  let inner: Node = node
  for (let path: Path | undefined = around; path !== undefined; path = path.around) {
    if (/Function|Class(?:Declaration|Expression)|Method/.test(inner.type)) part = inner
    inner = path.node
  }
  return part
}

function exportedClients({ node, scope }: Step, names: ReadonlyMap<string, Vendor>): [string, Vendor][] {
  if (node.type === 'ExportDefaultDeclaration') {
    const vendor = clientMadeBy(node.declaration, scope) ?? names.get(nameOf(node.declaration))
    return vendor === undefined ? [] : [['default', vendor]]
  }
  if (node.type !== 'ExportNamedDeclaration' || node.source) return []
  const declared =
    node.declaration?.type === 'VariableDeclaration'
      ? node.declaration.declarations.map(({ id }) => [nameOf(id), nameOf(id)])
      : []
  const specified = node.specifiers.flatMap((specifier) =>
    specifier.type === 'ExportSpecifier' ? [[nameOf(specifier.local), nameOf(specifier.exported)]] : [],
  )
  return [...declared, ...specified].flatMap(([local = '', exported = '']) => {
    const vendor = names.get(local)
    return vendor === undefined ? [] : [[exported, vendor]]
  })
}

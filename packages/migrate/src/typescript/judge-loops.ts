import { posix } from 'node:path'
import type { CallSite } from '../call-site.ts'
import type { Vendor } from '../rules/sdk-rules.ts'
import type { LoopFacts } from './find-loop.ts'
import type { Imported } from './imported.ts'

/** The call sites of loops: calls of a vendor's client, also of one that another file makes, and what is kept beside them. */
export function judgeLoops(files: readonly LoopFacts[]): CallSite[] {
  const makers = files.filter(({ clients }) => clients.size > 0)
  return files.flatMap(({ path, calls, beside }) => {
    const real = calls.filter(({ vendor, client }) => vendor !== undefined || (client && vendorOf(path, client)))
    if (real.length === 0) return []
    const parts = new Set(real.map(({ part }) => part))
    // What stands at the top of a file belongs to all of it; what is in another function or class does not.
    const kept = beside.filter(({ part }) => part === undefined || parts.has(part))
    const loops = new Map(real.flatMap(({ loop }) => (loop ? [[`${loop.line}:${loop.column}`, loop]] : [])))
    return [...real.map(({ site }) => site), ...loops.values(), ...kept.map(({ site }) => site)]
  })

  function vendorOf(path: string, { module, name }: Imported): Vendor | undefined {
    const wanted = withoutExtension(module)
    // An alias such as `@/lib/openai` is somebody's setting: the file that ends so is meant.
    const target = wanted.startsWith('.') ? posix.join(posix.dirname(path), wanted) : undefined
    const tail = wanted.replace(/^(?:@|~|#)\/?/, '/')
    const maker = makers.find((file) => {
      const own = withoutExtension(file.path).replace(/\/index$/, '')
      return target === undefined ? own.endsWith(tail) : own === target.replace(/\/index$/, '')
    })
    return maker?.clients.get(name)
  }
}

function withoutExtension(path: string): string {
  return path.replaceAll('\\', '/').replace(/\.[cm]?[jt]sx?$/, '')
}

// Loads the packages of rows 0 to 4 from their sources, changed on the way: a fault in the code itself needs no copy and no build.
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The packages whose promises are proven. */
export const provenPackages: readonly string[] = [
  'context',
  'turns',
  'events',
  'engine',
  'tools',
  'session',
  'middleware',
  'enginebuilder',
]

/** Those, and what is proven by tests of its own. */
const changeablePackages: readonly string[] = [...provenPackages, 'store-sqlite']

const packagesFolder = fileURLToPath(new URL('../../', import.meta.url))

/** What is made of a source. `path` is below `packages/`: `session/src/runs/run.ts`. */
export interface SourceChanges {
  /** Changes TypeScript. */
  readonly source?: (path: string, source: string) => string
  /** Changes the JavaScript that it is, each line where it was. */
  readonly code?: (path: string, code: string) => string
}

/** From here on the packages are loaded from their sources. To be called before anything imports them. */
export function loadFromSources({ source = keep, code = keep }: SourceChanges): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      const built = pathBelow(resolved.url, 'dist')
      if (built === undefined) return resolved
      const source = built.replace('/dist/', '/src/').replace(/\.js$/, '.ts')
      return { ...resolved, url: pathToFileURL(packagesFolder + source).href, format: 'module' }
    },
    load(url, context, nextLoad) {
      const path = pathBelow(url, 'src')
      if (path === undefined) return nextLoad(url, context)
      const text = source(path, readFileSync(fileURLToPath(url), 'utf8'))
      return { format: 'module', source: code(path, stripTypeScriptTypes(text)), shortCircuit: true }
    },
  })
}

function keep(_path: string, text: string): string {
  return text
}

/** The path below `packages/` of a file in a folder of those packages. */
function pathBelow(url: string, folder: 'src' | 'dist'): string | undefined {
  const path = url.startsWith('file:') ? fileURLToPath(url) : ''
  if (!path.startsWith(packagesFolder)) return undefined
  const below = path.slice(packagesFolder.length).replaceAll('\\', '/')
  const [name = '', itsFolder] = below.split('/')
  return changeablePackages.includes(name) && itsFolder === folder ? below : undefined
}

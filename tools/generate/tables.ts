// The tables of the workspace in which a new package has its place. Each edit finds the table by what its line begins with, so that
// the table itself says nothing of generators.
import type { Kind } from './names.ts'

/** What a new package may weigh: what it is generated with, and what it depends on, with some room. */
const budgets = {
  adapter: { packages: 7, packedKB: 20, installedKB: 28_400 },
  store: { packages: 6, packedKB: 30, installedKB: 3_300 },
} as const

interface Edit {
  /** Relative to the root. */
  readonly path: string
  edit(text: string): string
}

export function editsFor(kind: Kind, name: string): readonly Edit[] {
  const scoped = `@geppetto/${name}`
  const always: readonly Edit[] = [
    { path: 'tsconfig.json', edit: inJson(({ references }) => references.push({ path: `packages/${name}` })) },
    {
      path: 'tools/docs/package.json',
      edit: inJson((manifest) => {
        manifest.devDependencies = inOrder({ ...manifest.devDependencies, [scoped]: 'workspace:*' })
      }),
    },
    {
      path: 'bench/size/budgets.json',
      edit: inJson((all) => {
        all.packages = inOrder({ ...all.packages, [scoped]: budgets[kind] })
      }),
    },
  ]
  if (kind === 'adapter')
    return [
      ...always,
      {
        path: 'tools/layers/layers.ts',
        edit: insertInto('const hosts: Readonly<Record<string, string>> = {', `'${name}': 'provider-openai',`),
      },
    ]
  return [
    ...always,
    {
      path: 'tools/install/entries.ts',
      edit: insertInto('const onNodeAlone: ReadonlySet<string> = new Set([', `'${scoped}',`),
    },
  ]
}

// JSON of the project's own, as its tools read it.
function inJson(change: (value: ReturnType<typeof JSON.parse>) => void): Edit['edit'] {
  return (text) => {
    const value = JSON.parse(text)
    change(value)
    return `${JSON.stringify(value, null, 2)}\n`
  }
}

function inOrder<T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function insertInto(opening: string, entry: string): Edit['edit'] {
  return (text) => {
    if (!text.includes(opening))
      throw new Error(`there is no table '${opening}' any more: correct tools/generate/tables.ts`)
    return text.replace(opening, `${opening}\n${entry}\n`)
  }
}

// The tables of the workspace in which a new package has its place. Each edit finds the table by what its line begins with, so that
// the table itself says nothing of generators.
import type { Kind } from './names.ts'

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
        const all = Object.entries<string>({ ...manifest.devDependencies, [scoped]: 'workspace:*' })
        manifest.devDependencies = Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)))
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

function insertInto(opening: string, entry: string): Edit['edit'] {
  return (text) => {
    if (!text.includes(opening))
      throw new Error(`there is no table '${opening}' any more: correct tools/generate/tables.ts`)
    return text.replace(opening, `${opening}\n${entry}\n`)
  }
}

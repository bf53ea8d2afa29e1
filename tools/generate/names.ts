// A name in the forms in which the templates have it.
import { parseSync } from 'vite'

/** What is generated: a provider for a host that speaks Chat Completions, or a store. */
export type Kind = 'adapter' | 'store'

export interface Names {
  /** The template's folder, and that of the package. */
  readonly template: string
  readonly package: string
  /** What stands in the template, and what in its place: first the longest. */
  readonly replacements: readonly (readonly [from: string, to: string])[]
}

const templates: Readonly<Record<Kind, { readonly prefix: string; readonly name: string }>> = {
  adapter: { prefix: 'provider-', name: 'acme-host' },
  store: { prefix: 'store-', name: 'acme-medium' },
}

/** @throws RangeError when no package can have this name. */
export function namesOf(kind: Kind, name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new RangeError(
      `'${name}' is no name of a package: lower-case letters and digits, in words with - between them`,
    )
  if (parseSync('name.ts', `export const ${toCamel(name)} = 1`).errors.length > 0)
    throw new RangeError(`'${name}' is a word of the language: its function could not be called so`)
  const { prefix, name: placeholder } = templates[kind]
  return {
    template: prefix + placeholder,
    package: prefix + name,
    replacements: [
      [placeholder, name],
      [toCamel(placeholder), toCamel(name)],
      [toPascal(placeholder), toPascal(name)],
    ],
  }
}

function toCamel(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

function toPascal(name: string): string {
  const camel = toCamel(name)
  return camel.charAt(0).toUpperCase() + camel.slice(1)
}

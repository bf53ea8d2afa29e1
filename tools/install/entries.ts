// What the entries of the packages need of those who import them.
import { entriesOf, publishedPackages } from '../workspace.ts'

/** Entries that need a package which only those install who use them, and which. */
export const optionalPeers: Readonly<Record<string, string>> = {
  '@geppetto/events/yaml': 'yaml',
  '@geppetto/provider-anthropic/settings': 'zod',
  '@geppetto/provider-eliza/settings': 'zod',
  '@geppetto/provider-openai/settings': 'zod',
  '@geppetto/tools/json-schema': '@cfworker/json-schema',
  '@geppetto/turns/yaml': 'yaml',
}

/** All others run in browsers. */
const onNodeAlone: ReadonlySet<string> = new Set([
  '@geppetto/migrate',
  '@geppetto/server/node',
  '@geppetto/settings',
  '@geppetto/store-sqlite',
  '@geppetto/testing/node',
])

export function allEntries(): string[] {
  return publishedPackages()
    .flatMap(entriesOf)
    .map(({ specifier }) => specifier)
}

export function runsInBrowsers(specifier: string): boolean {
  return !specifier.startsWith('node:') && !onNodeAlone.has(specifier)
}

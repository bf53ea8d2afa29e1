import { existsSync } from 'node:fs'

/** Where the pages of the playbook are: in their repository, or, where this was installed, in the package. */
export function defaultPlaybook(): string {
  // Packing leaves a copy in the repository, too, which may be an old one.
  const own = new URL('../../../docs/migration/README.md', import.meta.url)
  return new URL('.', existsSync(own) ? own : new URL('../playbook/', import.meta.url)).href
}

/** The address of a section such as `from-ai-sdk.md#streamtext`. */
export function linkTo(playbook: string, section: string): string {
  return `${playbook.replace(/\/?$/, '/')}${section}`
}

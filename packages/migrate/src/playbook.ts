import { existsSync } from 'node:fs'

/** Where the pages of the playbook are: in the package, or, where it was not packed, in its repository. */
export function defaultPlaybook(): string {
  const packed = new URL('../playbook/', import.meta.url)
  return existsSync(packed) ? packed.href : new URL('../../../docs/migration/', import.meta.url).href
}

/** The address of a section such as `from-ai-sdk.md#streamtext`. */
export function linkTo(playbook: string, section: string): string {
  return `${playbook.replace(/\/?$/, '/')}${section}`
}

import type { Api } from '../wire/scenario.ts'

/** What is known of a client without loading it. */
export interface ClientInfo {
  readonly name: string
  /** What it is of: `floor` a bare loop, `peer` another toolkit, the others ours. */
  readonly level: 'floor' | 'decoder' | 'engine' | 'session' | 'peer'
  readonly apis: readonly Api[]
  /** The file that exports it, absolute. */
  readonly module: string
  /** Whether it can run a loop of tools. */
  readonly hasTools: boolean
  /** What a program that uses it imports; empty where it has nothing to import. */
  readonly imports: readonly string[]
  /** What such a program installs. */
  readonly packages: readonly string[]
  /** A program for the browser that uses it for one API. */
  readonly browserEntry?: string
}

export function isOurs({ level }: ClientInfo): boolean {
  return level !== 'floor' && level !== 'peer'
}

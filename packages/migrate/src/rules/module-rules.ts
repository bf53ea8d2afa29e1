import type { Advice, Guide } from '../call-site.ts'

/** What the playbook replaces of some modules. */
export interface ModuleRules {
  readonly guide: Guide
  /** Which modules, by the whole of their name. */
  readonly modules: RegExp
  readonly names: Readonly<Record<string, Advice>>
  /** Names that have nothing to do with conversations, and stay. */
  readonly kept: RegExp
  /** The same of what is asked of a name: `openai.embedding(…)`. */
  readonly keptMembers?: RegExp
  /** For names that stand in no table, which change from one version to the next: the first that fits. */
  readonly patterns: readonly (readonly [name: RegExp, advice: Advice])[]
  /** For all other names. */
  readonly other: Advice
}

/** What to use for a name of a module. */
export function adviceFor({ names, patterns, other }: ModuleRules, name: string): Advice {
  if (Object.hasOwn(names, name)) return names[name] ?? other
  return patterns.find(([pattern]) => pattern.test(name))?.[1] ?? other
}

/** Makes a table of names from lists of those that share an advice. */
export function named(
  ...entries: readonly (readonly [names: string, use: string, anchor: string])[]
): Record<string, Advice> {
  return Object.fromEntries(
    entries.flatMap(([names, use, anchor]) => names.split(' ').map((name) => [name, { use, anchor }])),
  )
}

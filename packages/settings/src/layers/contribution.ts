/** The kinds of layers, the weakest first. */
export const layerKinds = [
  'defaults',
  'profile',
  'user-config',
  'project-config',
  'environment',
  'flags',
  'code',
] as const

/** What kind of layer says something. */
export type LayerKind = (typeof layerKinds)[number]

/** A setting as one layer has it. */
export interface Entry {
  /** The setting: `chat.engine`. */
  readonly path: string
  readonly value: unknown
  /** A file with its line, a variable or a flag. */
  readonly place: string
  /** What the layer calls it, where that is another name: `chat.temperature`. */
  readonly writtenAs?: string
}

/** All that one source says. */
export interface Contribution {
  readonly layer: LayerKind
  /** The profile, as `registry/slug`; absent where it is none. */
  readonly profile?: string
  /** What stands in the same source belongs together: a key goes to the address that stands beside it. */
  readonly source: string
  readonly entries: readonly Entry[]
}

/** What a layer says, and how far it is trusted. */
export interface LayerContribution extends Contribution {
  readonly isTrusted: boolean
  readonly folder?: string
}

/** Something that was left out or set aside, for people. */
export interface SettingsNotice {
  readonly place?: string
  readonly message: string
}

/** The strongest entry of a setting, with who says it. */
export function strongest<C extends Contribution>(
  contributions: readonly C[],
  path: string,
): { readonly entry: Entry; readonly contribution: C } | undefined {
  for (const contribution of contributions.toReversed()) {
    const entry = contribution.entries.find((candidate) => candidate.path === path)
    if (entry !== undefined) return { entry, contribution }
  }
  return undefined
}

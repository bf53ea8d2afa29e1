import { homedir } from 'node:os'
import { type Contribution, type LayerContribution, layerKinds } from './layers/contribution.ts'
import type { SettingsLayer } from './layers/layer.ts'
import type { ReadContext } from './layers/read-entries.ts'
import { Report } from './layers/report.ts'
import { profileContributions } from './profiles/profile-contributions.ts'
import { checkHostNames } from './providers/host-names.ts'
import type { ProviderRegistry } from './providers/registry.ts'
import { ResolvedSettings } from './resolved-settings.ts'
import { setAside } from './set-aside.ts'

/** What settings are resolved with. */
export interface ResolveOptions {
  readonly providers: ProviderRegistry
  /** What relative paths begin at where no file names them. Default: the folder of the process. */
  readonly folder?: string
  /** What `~` stands for. Default: the user's. */
  readonly home?: string
}

/**
 * The settings of all layers together. A stronger kind of layer wins, whatever the order in which they are given; of two of one kind the later.
 * The profile that the layers name, with all that it builds on, is a layer too.
 * @throws SettingsError with all that is wrong in them
 */
export function resolveSettings(layers: readonly SettingsLayer[], options: ResolveOptions): ResolvedSettings {
  const { providers, folder = process.cwd(), home = homedir() } = options
  const report = new Report()
  const environment = Object.assign({}, ...layers.map((layer) => layer.environment))
  const context = { table: providers.table, report, environment, home }
  const said = layers.map((layer) => readLayer(layer, { ...context, folder: layer.folder ?? folder }))
  const plain = byStrength(said)
  const profiles = profileContributions(plain, { ...context, folder })
  report.end()
  const all = byStrength([...plain, ...profiles.contributions])
  checkHostNames(all, providers, report)
  const settled = setAside(all, providers, report)
  report.end()
  const { profile, offered } = profiles
  return new ResolvedSettings(settled, { profile, offered, notices: report.notices, providers })
}

function readLayer(
  { kind, source, folder, isTrusted, read }: SettingsLayer,
  context: Omit<ReadContext, 'isTrusted'>,
): LayerContribution {
  const entries = context.report.attempt(() => read({ ...context, isTrusted })) ?? []
  return { layer: kind, source, entries, isTrusted, ...(folder === undefined ? undefined : { folder }) }
}

/** The weakest first; of one kind as they were given. */
function byStrength<C extends Contribution>(contributions: readonly C[]): readonly C[] {
  return layerKinds.flatMap((kind) => contributions.filter(({ layer }) => layer === kind))
}

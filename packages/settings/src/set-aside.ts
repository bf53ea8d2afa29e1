import type { ApiHost } from '@geppetto/engine'
import { type Contribution, type Entry, strongest } from './layers/contribution.ts'
import type { Report } from './layers/report.ts'
import { isSameModel } from './model-name.ts'
import type { FoundApiType, ProviderRegistry } from './providers/registry.ts'

/**
 * What is left when a provider was swapped: a model that was named for another provider is set aside, so that the usual one of the provider is asked for, and
 * facts of another model than the one that is asked go with it. All of it is told.
 */
export function setAside(
  contributions: readonly Contribution[],
  providers: ProviderRegistry,
  report: Report,
): readonly Contribution[] {
  const chosen = strongest(contributions, 'chat.api_type')?.entry
  const found =
    chosen === undefined ? undefined : report.attempt(() => providers.find(String(chosen.value), chosen.place))
  if (found === undefined) return withoutForeignFacts(contributions, contributions, report)
  const swap = { found, providers, report }
  const named = withoutForeign(contributions, 'chat.engine', swap)
  const addressed = withNamedAddress(withoutForeign(named, 'api.base_url', swap), found)
  const fitting = withoutUseless(addressed, found, report)
  return withoutForeignFacts(withUsualModel(fitting, found), contributions, report)
}

/** Who answers, among whom, and where what is set aside is told. */
interface Swap {
  readonly found: FoundApiType
  readonly providers: ProviderRegistry
  readonly report: Report
}

function withoutForeign(
  contributions: readonly Contribution[],
  path: 'chat.engine' | 'api.base_url',
  { found, providers, report }: Swap,
): readonly Contribution[] {
  return contributions.map((contribution, index) => {
    const entry = contribution.entries.find((candidate) => candidate.path === path)
    if (entry === undefined) return contribution
    const then = strongest(contributions.slice(0, index + 1), 'chat.api_type')?.entry.value
    if (typeof then !== 'string') return contribution
    const meant = providers.has(then) ? providers.find(then) : undefined
    if (meant?.provider === found.provider) return contribution
    // There may be a secret in an address.
    const what = path === 'chat.engine' ? `the model ${String(entry.value)}` : 'the address'
    const why = `it was named for ${meant?.apiType.name ?? then}, and ${found.apiType.name} answers`
    report.note(`${what} was set aside: ${why}`, entry.place)
    return without(contribution, (other) => other === entry)
  })
}

/** Of a provider with several APIs, one has settings that another has no word for. */
function withoutUseless(
  contributions: readonly Contribution[],
  { provider: { section }, apiType: { name, without: useless = [] } }: FoundApiType,
  report: Report,
): readonly Contribution[] {
  const paths = useless.map((field) => `${section}.${field}`)
  const isUseless = ({ path }: Entry): boolean => paths.some((other) => path === other || path.startsWith(`${other}.`))
  return contributions.map((contribution) => {
    for (const { path, place } of contribution.entries.filter(isUseless))
      report.note(`${path} was set aside: ${name} has nothing like it`, place)
    return without(contribution, isUseless)
  })
}

/** The address of who answers is that by its name. */
function withNamedAddress(
  contributions: readonly Contribution[],
  { apiType: { host } }: FoundApiType,
): readonly Contribution[] {
  const path = `api.base_urls.${host?.baseUrlNames[0]}`
  if (host === undefined) return contributions
  return contributions.map((contribution) => {
    const address = contribution.entries.find((entry) => entry.path === 'api.base_url')
    if (address === undefined) return contribution
    const others = without(contribution, (entry) => entry === address || entry.path === path)
    return { ...others, entries: [...others.entries, { ...address, path, writtenAs: 'api.base_url' }] }
  })
}

/**
 * The usual model is no wish of anybody's: the weakest. It is the vendor's, and asked of its own host, or of one that somebody has both address and key for, as
 * a gateway is; what others have is not known.
 */
function withUsualModel(
  contributions: readonly Contribution[],
  { provider, apiType: { name, model, host } }: FoundApiType,
): readonly Contribution[] {
  if (model === undefined || (host !== undefined && !hasUsualModel(contributions, host))) return contributions
  const usual = { path: 'chat.engine', value: model, place: `usual model of ${name}` }
  return [{ layer: 'defaults', source: provider.packageName, entries: [usual] }, ...contributions]
}

function hasUsualModel(contributions: readonly Contribution[], { baseUrl, baseUrlNames, keyNames }: ApiHost): boolean {
  const addresses = baseUrlNames.map((name) => `api.base_urls.${name}`)
  const keys = keyNames.map((name) => `api.api_keys.${name}`)
  const naming = contributions.findLast(({ entries }) => entries.some(({ path }) => addresses.includes(path)))
  const address = naming?.entries.find(({ path }) => addresses.includes(path))?.value
  if (naming === undefined || typeof address !== 'string') return true
  if (baseUrl !== undefined && new URL(address).host === new URL(baseUrl).host) return true
  return contributions.some(
    ({ source, entries }) => source === naming.source && entries.some(({ path }) => keys.includes(path)),
  )
}

/** Facts belong to the model that they name, or that is asked where they stand, before anything was set aside. */
function withoutForeignFacts(
  contributions: readonly Contribution[],
  before: readonly Contribution[],
  report: Report,
): readonly Contribution[] {
  const model = strongest(contributions, 'chat.engine')?.entry
  if (model === undefined) return contributions
  const added = contributions.length - before.length
  return contributions.map((contribution, index) => {
    const facts = contribution.entries.filter(isFact)
    const [first] = facts
    if (first === undefined) return contribution
    const there = strongest(before.slice(0, index - added + 1), 'chat.engine')?.entry
    const named = facts.find(({ path }) => path === 'model_info.id') ?? there
    if (named === undefined || isSameModel(String(named.value), String(model.value))) return contribution
    const why = `${String(model.value)} is asked`
    report.note(`what is known of the model ${String(named.value)} was set aside: ${why}`, first.place)
    return without(contribution, isFact)
  })
}

function isFact({ path }: Entry): boolean {
  return path.startsWith('model_info.')
}

function without(contribution: Contribution, isOut: (entry: Entry) => boolean): Contribution {
  return { ...contribution, entries: contribution.entries.filter((entry) => !isOut(entry)) }
}

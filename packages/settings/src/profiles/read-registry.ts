import { quote } from '@geppetto/turns'
import type { SettingsNotice } from '../layers/contribution.ts'
import type { Report } from '../layers/report.ts'
import { type Branch, isBranch, plainValue, type Tree } from '../layers/tree.ts'
import { whatIsMeant } from '../schema/go-names.ts'
import { kindOf } from '../schema/value-text.ts'
import { settingsError } from '../settings-error.ts'
import type { Profile, ProfileReference, ProfileRegistry } from './registry.ts'

/** What a registry is read for. */
export interface RegistrySource {
  /** The path of the file. */
  readonly source: string
  readonly isTrusted: boolean
  readonly report: Report
}

const registryFields = ['slug', 'display_name', 'description', 'default_profile_slug', 'profiles', 'metadata']
const profileFields = [
  'slug',
  'display_name',
  'description',
  'stack',
  'inference_settings',
  'metadata',
  'extensions',
  'runtime',
  'policy',
]

const slugPattern = /^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/
const extensionPattern = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?\.[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?@v[1-9]\d{0,4}$/

/**
 * A registry in the form of Go geppetto's engine-profile files: `slug`, `profiles`, and in each profile `stack` and `inference_settings`.
 * @throws SettingsError `bad_file`, `unknown_setting`
 */
export function readRegistry(tree: Tree, { source, isTrusted, report }: RegistrySource): ProfileRegistry {
  if (!isBranch(tree)) throw bad('a registry must be an object with slug and profiles', tree.place)
  refuseOtherForms(tree)
  checkNames(tree, registryFields, '', report)
  const slug = readSlug(tree.fields.get('slug'), 'slug', tree.place)
  if (slug === undefined) throw bad('a registry needs a slug', tree.place)
  const given = tree.fields.get('profiles')
  if (given !== undefined && !isBranch(given))
    throw bad('profiles must be an object, with a slug for each', given.place)
  const profiles = new Map<string, Profile>()
  for (const [name, inner] of given?.fields ?? []) {
    const profile = report.attempt(() => readProfile(name, inner, slug, report))
    if (profile !== undefined) profiles.set(profile.slug, profile)
  }
  const named = readSlug(tree.fields.get('default_profile_slug'), 'default_profile_slug', tree.place)
  const defaultProfile = named ?? (profiles.has('default') ? 'default' : undefined)
  if (named !== undefined && !profiles.has(named))
    throw bad(
      `default_profile_slug names ${named}, and there is no such profile`,
      placeOf(tree, 'default_profile_slug'),
    )
  return {
    slug,
    ...texts(tree),
    ...(defaultProfile === undefined ? undefined : { defaultProfile }),
    profiles,
    source,
    isTrusted,
    metadata: plainOf(tree.fields.get('metadata')),
  }
}

function readProfile(name: string, tree: Tree, registry: string, report: Report): Profile {
  const slug = toSlug(name, `profiles.${name}`, tree.place)
  const path = `profiles.${name}`
  if (!isBranch(tree)) throw bad(`${path} must be an object, not ${kindOf(tree.value)}`, tree.place)
  checkNames(tree, profileFields, `${path}.`, report)
  const own = readSlug(tree.fields.get('slug'), `${path}.slug`, tree.place)
  if (own !== undefined && own !== slug)
    throw bad(`${path} has the slug ${own}: the two must be the same`, placeOf(tree, 'slug'))
  const settings = tree.fields.get('inference_settings')
  return {
    slug,
    registry,
    ...texts(tree),
    stack: readStack(tree.fields.get('stack'), registry, path),
    ...(settings === undefined || isEmpty(settings) ? undefined : { settings }),
    metadata: plainOf(tree.fields.get('metadata')),
    extensions: readExtensions(tree.fields.get('extensions'), path),
    notices: foreignTo(tree, path),
  }
}

function readStack(tree: Tree | undefined, registry: string, path: string): readonly ProfileReference[] {
  if (tree === undefined || isEmpty(tree)) return []
  const items = isBranch(tree) ? undefined : tree.items
  if (items === undefined) throw bad(`${path}.stack must be a list, each with a profile_slug`, tree.place)
  return items.map((item, index) => {
    const at = `${path}.stack[${index}]`
    const fields = isBranch(item) ? item.fields : undefined
    const slug = readSlug(fields?.get('profile_slug'), `${at}.profile_slug`, item.place)
    if (fields === undefined || slug === undefined) throw bad(`${at} needs a profile_slug`, item.place)
    const other = [...fields.keys()].find((name) => name !== 'profile_slug' && name !== 'registry_slug')
    if (other !== undefined)
      throw settingsError('unknown_setting', `${at} has profile_slug and registry_slug, and no ${other}`, item.place)
    const target = readSlug(fields.get('registry_slug'), `${at}.registry_slug`, item.place) ?? registry
    return { registry: target, slug, place: item.place }
  })
}

function readExtensions(tree: Tree | undefined, path: string): Readonly<Record<string, unknown>> {
  if (tree === undefined || isEmpty(tree)) return {}
  if (!isBranch(tree)) throw bad(`${path}.extensions must be an object`, tree.place)
  const wrong = [...tree.fields].find(([key]) => !extensionPattern.test(key.trim().toLowerCase()))
  if (wrong !== undefined)
    throw bad(`${path}.extensions: ${wrong[0]} must have the form namespace.feature@v1`, wrong[1].place)
  return Object.fromEntries([...tree.fields].map(([key, inner]) => [key.trim().toLowerCase(), plainValue(inner)]))
}

/** Older forms of Go's, and what is often given in a registry's place. */
function refuseOtherForms({ fields, place }: Branch): void {
  if (fields.has('registries'))
    throw bad('this has several registries under the name registries: put each into a file of its own', place)
  if (!fields.has('slug') && !fields.has('profiles'))
    throw bad('this is no registry: it needs a slug, and profiles under the name profiles', place)
}

/** What belongs to the program and not to the engine. */
function foreignTo({ fields }: Branch, path: string): readonly SettingsNotice[] {
  const runtime = fields.get('runtime')
  const parts = runtime !== undefined && isBranch(runtime) ? [...runtime.fields] : []
  const notices = parts.map(([name, { place }]) => {
    const why = whyNotRuntime[name] ?? 'there is nothing like it here'
    return { place, message: `${path}.runtime.${name} was left out: ${why}` }
  })
  const policy = fields.get('policy')
  if (policy === undefined) return notices
  const message = `${path}.policy was left out: layers say here who overrides whom`
  return [...notices, { place: policy.place, message }]
}

const whyNotRuntime: Readonly<Record<string, string>> = {
  system_prompt: 'the program says it, by the middleware systemPrompt()',
  middlewares: 'the program names them, as they are code',
  tools: 'the program names them, as they are code',
  step_settings_patch: 'put it under inference_settings',
}

function checkNames(tree: Branch, names: readonly string[], prefix: string, report: Report): void {
  for (const [name, { place }] of tree.fields) {
    if (names.includes(name)) continue
    const meant = whatIsMeant(name, names, names)
    const hint = meant === undefined ? `known are ${names.join(', ')}` : `did you mean ${prefix}${meant}?`
    report.fail({ code: 'unknown_setting', message: `there is no ${prefix}${name}: ${hint}`, place })
  }
}

function texts(tree: Branch): { readonly displayName?: string; readonly description?: string } {
  const displayName = readText(tree, 'display_name')
  const description = readText(tree, 'description')
  return {
    ...(displayName === undefined ? undefined : { displayName }),
    ...(description === undefined ? undefined : { description }),
  }
}

function readText(tree: Branch, name: string): string | undefined {
  const given = tree.fields.get(name)
  if (given === undefined || isEmpty(given)) return undefined
  if (!isBranch(given) && typeof given.value === 'string') return given.value
  throw bad(`${name} must be a text`, given.place)
}

function readSlug(tree: Tree | undefined, path: string, above: string): string | undefined {
  if (tree === undefined || isEmpty(tree)) return undefined
  if (isBranch(tree)) throw bad(`${path} must be a slug`, above)
  return toSlug(String(tree.value), path, tree.place)
}

function toSlug(text: string, path: string, place: string): string {
  const slug = text.trim().toLowerCase()
  if (slugPattern.test(slug)) return slug
  throw bad(`${path} must be a slug of letters, digits, ., _ and -, not ${quote(text)}`, place)
}

function isEmpty(tree: Tree): boolean {
  return isBranch(tree) ? tree.fields.size === 0 : tree.value === null || tree.value === ''
}

function plainOf(tree: Tree | undefined): unknown {
  return tree === undefined ? undefined : plainValue(tree)
}

function placeOf(tree: Branch, name: string): string {
  return tree.fields.get(name)?.place ?? tree.place
}

function bad(message: string, place: string) {
  return settingsError('bad_file', message, place)
}

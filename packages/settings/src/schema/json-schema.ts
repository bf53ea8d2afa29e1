import { isJsonObject, type JsonObject, type JsonValue, jsonSchemaOf } from '@geppetto/turns'
import type { ProviderRegistry } from '../providers/registry.ts'
import { coreSchema } from './core-schema.ts'
import { foreignNames } from './go-names.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** The JSON Schema of a file of settings with these providers: for editors. */
export function settingsJsonSchema(providers: ProviderRegistry): JsonObject {
  return { $schema: dialect, title: 'Settings of Geppetto', ...settingsOf(providers) }
}

/** The JSON Schema of a file of profiles with these providers: for editors. */
export function profilesJsonSchema(providers: ProviderRegistry): JsonObject {
  const { $defs = {}, properties, ...settings } = settingsOf(providers)
  const inner = isJsonObject(properties) ? properties : {}
  const { profile: _, profile_registries: __, ...inProfile } = inner
  const text = { type: 'string' }
  const slug = { type: 'string', pattern: '^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,126}[a-zA-Z0-9])?$' }
  const reference = object({ registry_slug: slug, profile_slug: slug }, ['profile_slug'])
  const profile = object({
    slug,
    display_name: text,
    description: text,
    stack: { type: 'array', items: reference, description: 'The profiles that this one builds on, the weakest first.' },
    inference_settings: { ...settings, properties: inProfile },
    metadata: { type: 'object' },
    extensions: { type: 'object', description: 'By keys such as namespace.feature@v1.' },
    runtime: { type: 'object', deprecated: true, description: 'Left out: the program says it.' },
    policy: { type: 'object', deprecated: true, description: 'Left out: layers say here who overrides whom.' },
  })
  return {
    $schema: dialect,
    title: 'Profiles of Geppetto',
    $defs,
    ...object(
      {
        slug,
        display_name: text,
        description: text,
        default_profile_slug: slug,
        profiles: { type: 'object', additionalProperties: profile },
        metadata: { type: 'object' },
      },
      ['slug'],
    ),
  }
}

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : undefined),
    additionalProperties: false,
  }
}

function settingsOf({ providers }: ProviderRegistry): JsonObject {
  const core = jsonSchemaOf(coreSchema, 'settings')
  const own = providers.map(({ section, options }) => [section, jsonSchemaOf(options, section)])
  const properties = isJsonObject(core.properties) ? core.properties : {}
  const all: JsonObject = { ...properties, ...Object.fromEntries(own) }
  return publicOf({ ...core, properties: withForeignNames(all) })
}

/** Names that Go geppetto has are no mistakes: an editor shall say what becomes of them. */
function withForeignNames(properties: JsonObject): JsonObject {
  const result: { [name: string]: JsonValue | undefined } = { ...properties }
  for (const { path, note } of foreignNames()) {
    const [section = '', name] = path.split('.')
    const foreign = { deprecated: true, description: note }
    if (name === undefined) {
      result[section] ??= foreign
      continue
    }
    const group = result[section] ?? { type: 'object', properties: {} }
    if (!isJsonObject(group)) continue
    const inner = isJsonObject(group.properties) ? group.properties : {}
    result[section] = { ...group, properties: { ...inner, [name]: foreign } }
  }
  return result
}

/** Without what is only for us. */
function publicOf(schema: JsonObject): JsonObject {
  const fields = Object.entries(schema).filter(([name]) => !name.startsWith('x-'))
  return Object.fromEntries(fields.map(([name, value]) => [name, publicValue(value)]))
}

function publicValue(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => publicValue(item) ?? null)
  return isJsonObject(value) ? publicOf(value) : value
}

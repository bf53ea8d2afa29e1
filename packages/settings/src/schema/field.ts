import { type DescribedSchema, isJsonObject, type JsonObject, jsonSchemaOf } from '@geppetto/turns'
import { coreSchema } from './core-schema.ts'

/** One setting: what is taken from a layer as a whole. */
export interface Field {
  /** `chat.engine`. The names in a map, such as those of `api.api_keys`, stand behind it. */
  readonly path: string
  /** The JSON Schema of its value; of one value of a map. */
  readonly schema: JsonObject
  readonly description: string
  /** Whether names of the user's own stand below it, each a setting. */
  readonly isMap: boolean
  readonly isSecret: boolean
  /** The flag's name without dashes; absent where it has none. */
  readonly flag?: string
  /** How the help calls the flag's value; absent where there is nothing better than its type. */
  readonly valueName?: string
  /** The section that validates it: '' for the core. */
  readonly section: string
  /** What the section is about, for people. */
  readonly title: string
}

/** A section of a provider. */
export interface ProviderSection {
  readonly name: string
  readonly title: string
  readonly schema: DescribedSchema
}

/** All settings there are. */
export class FieldTable {
  readonly fields: readonly Field[]
  readonly #byPath: ReadonlyMap<string, Field>
  readonly #groups: ReadonlySet<string>
  readonly #schemas: ReadonlyMap<string, DescribedSchema>

  constructor(sections: readonly ProviderSection[]) {
    const core = fieldsOf(jsonSchemaOf(coreSchema, 'settings'), { path: '', section: '', title: 'Settings' })
    const own = sections.flatMap(({ name, title, schema }) =>
      fieldsOf(jsonSchemaOf(schema, name), { path: name, section: name, title }),
    )
    this.fields = [...core, ...own]
    this.#byPath = new Map(this.fields.map((field) => [field.path, field]))
    this.#groups = new Set([...this.fields.flatMap(({ path }) => parentsOf(path)), ...sections.map(({ name }) => name)])
    this.#schemas = new Map<string, DescribedSchema>([
      ['', coreSchema],
      ...sections.map(({ name, schema }) => [name, schema] as const),
    ])
  }

  /** The setting of this path. */
  at(path: string): Field | undefined {
    return this.#byPath.get(path)
  }

  /** The setting that a value at this path belongs to, which may be a map above it. */
  above(path: string): Field | undefined {
    const own = this.#byPath.get(path)
    if (own !== undefined) return own
    return parentsOf(path)
      .toReversed()
      .map((parent) => this.#byPath.get(parent))
      .find((field) => field?.isMap === true)
  }

  /** Whether other settings stand below this path. */
  isGroup(path: string): boolean {
    return this.#groups.has(path)
  }

  /** The names that may stand at this path: '' for the outermost. */
  namesAt(path: string): readonly string[] {
    const prefix = path === '' ? '' : `${path}.`
    const below = this.fields.filter((field) => field.path.startsWith(prefix))
    return [...new Set(below.map((field) => field.path.slice(prefix.length).split('.')[0] ?? ''))]
  }

  /** The value as its schema gives it; undefined where the schema does not take it. */
  check(field: Field, path: string, value: unknown): { readonly value: unknown } | undefined {
    const schema = this.#schemas.get(field.section)
    const own = field.section === '' ? path : path.slice(field.section.length + 1)
    const names = splitPath(field, path, own)
    const whole = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
    const result = schema?.['~standard'].validate(whole)
    if (result === undefined || result instanceof Promise || result.issues !== undefined) return undefined
    return { value: names.reduce<unknown>(fieldIn, result.value) }
  }
}

/** The names of a path. What stands below a map may have dots of its own. */
function splitPath(field: Field, path: string, own: string): readonly string[] {
  if (!field.isMap || path === field.path) return own.split('.')
  const below = path.slice(field.path.length + 1)
  return [...own.slice(0, own.length - below.length - 1).split('.'), below]
}

function fieldIn(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined
}

/** `a.b.c` has `a` and `a.b` above it. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('.')
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('.'))
}

interface Where {
  readonly path: string
  readonly section: string
  readonly title: string
  readonly hasFlags?: boolean
}

function fieldsOf(schema: JsonObject, where: Where): readonly Field[] {
  const { properties } = schema
  if (!isJsonObject(properties)) return []
  return Object.entries(properties).flatMap(([name, inner]) => {
    if (!isJsonObject(inner)) return []
    const path = where.path === '' ? name : `${where.path}.${name}`
    const isGroup = isJsonObject(inner.properties) && inner['x-whole'] !== true
    if (!isGroup) return [toField(inner, { ...where, path })]
    const title = typeof inner.title === 'string' ? inner.title : where.title
    return fieldsOf(inner, { ...where, path, title, hasFlags: inner['x-flags'] !== false })
  })
}

function toField(schema: JsonObject, { path, section, title, hasFlags = true }: Where): Field {
  const { description, additionalProperties, writeOnly } = schema
  const isMap = schema.type === 'object' && isJsonObject(additionalProperties) && !isJsonObject(schema.properties)
  const last = path.slice(path.lastIndexOf('.') + 1).replaceAll('_', '-')
  const said = schema['x-flag']
  const name = typeof said === 'string' ? said : section === '' ? last : `${section}-${last}`
  const isFlag = hasFlags && !isMap && said !== false && writeOnly !== true && schema['x-whole'] !== true
  const valueName = schema['x-value']
  return {
    path,
    schema: isMap ? additionalProperties : schema,
    description: typeof description === 'string' ? description : '',
    isMap,
    isSecret: writeOnly === true,
    section,
    title,
    ...(isFlag ? { flag: name } : undefined),
    ...(typeof valueName === 'string' ? { valueName } : undefined),
  }
}

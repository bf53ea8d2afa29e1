import { TurnError, toErrorData } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isJsonObject } from './json.ts'
import { findNonJson } from './own-json.ts'

/**
 * A schema of any library that follows Standard Schema (zod, valibot, arktype, …).
 * @see https://standardschema.dev
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchema<Input, Output>
}

// The parts have names because the compiler's messages say them: a nameless type is spelled out, over many lines.

interface StandardSchema<Input, Output> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
}

/**
 * A schema that can also say what it is as JSON Schema, by the Standard JSON Schema specification.
 * zod 4.2 and arktype 2.1.28 are such schemas; for valibot wrap with `toStandardJsonSchema` of `@valibot/to-json-schema`;
 * for a plain JSON Schema with `jsonSchema` of `@geppetto/tools/json-schema`.
 * @see https://standardschema.dev/json-schema
 */
export interface DescribedSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardJsonSchema<Input, Output>
}

interface StandardJsonSchema<Input, Output> extends StandardSchema<Input, Output> {
  readonly jsonSchema: JsonSchemaConverter
}

interface JsonSchemaConverter {
  readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
  readonly output: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
}

/** What a schema's `validate` returns. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The issues as one line for people and models: `city: expected string; days[0]: expected number`. */
export function formatIssues(issues: readonly SchemaIssue[]): string {
  return issues.map((issue) => `${formatPath(issue.path)}${issue.message}`).join('; ')
}

function formatPath(path: SchemaIssue['path']): string {
  if (path === undefined || path.length === 0) return ''
  let text = ''
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment
    text += typeof key === 'number' ? `[${key}]` : `${text === '' ? '' : '.'}${String(key)}`
  }
  return `${text}: `
}

/**
 * The JSON Schema (draft 2020-12) of what a schema accepts.
 * @param what names the schema in error messages: `tool get_weather: input`.
 * @throws TurnError `invalid_schema` when it is no schema, cannot describe itself, or holds something that JSON Schema cannot say.
 */
export function jsonSchemaOf(schema: unknown, what: string): JsonObject {
  if (!isDescribedSchema(schema, what))
    throw new TurnError('invalid_schema', `${what} is not a schema`, { field: what })
  let described: unknown
  try {
    described = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  } catch (cause) {
    const why = toErrorData(cause).message
    throw new TurnError('invalid_schema', `${what} holds something that JSON Schema cannot say: ${why}`, {
      field: what,
      cause,
    })
  }
  if (!isJsonObject(described))
    throw new TurnError('invalid_schema', `${what} described itself as ${typeof described}, not as an object`, {
      field: what,
    })
  // The dialect's address costs tokens in every request and tells a model nothing.
  const { $schema: _, ...rest } = described
  const notJson = findNonJson(rest, what)
  if (notJson !== undefined)
    throw new TurnError('invalid_schema', `${what} described itself in what is not JSON: ${notJson}`, { field: what })
  return rest
}

function isDescribedSchema(schema: unknown, what: string): schema is DescribedSchema {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  const standard: unknown = isObject && '~standard' in schema ? schema['~standard'] : undefined
  if (typeof standard !== 'object' || standard === null) {
    const looksPlain = isJsonObject(schema) && ('type' in schema || 'properties' in schema || '$ref' in schema)
    throw new TurnError(
      'invalid_schema',
      looksPlain
        ? `${what} is a plain JSON Schema, which cannot validate: wrap it with jsonSchema() of @geppetto/tools/json-schema`
        : `${what} must be a Standard Schema, such as z.object({…}) of zod 4`,
      { field: what },
    )
  }
  if (!('jsonSchema' in standard))
    throw new TurnError(
      'invalid_schema',
      `${what} can validate but cannot say what it is as JSON Schema: use zod 4.2, arktype 2.1.28 or newer, or for valibot toStandardJsonSchema() of @valibot/to-json-schema`,
      { field: what },
    )
  return true
}

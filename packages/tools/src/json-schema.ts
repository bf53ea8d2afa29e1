import { type Schema as PlainSchema, type SchemaDraft, Validator } from '@cfworker/json-schema'
import {
  type DescribedSchema,
  findNonJson,
  isJsonObject,
  type JsonObject,
  type SchemaResult,
  toErrorData,
} from '@geppetto/turns'
import { findIssues } from './json-schema-issues.ts'
import { ToolError } from './tool-error.ts'

/** What {@link jsonSchema} takes beside the schema. */
export interface JsonSchemaOptions {
  /** Which JSON Schema it is written in. Default: what its `$schema` says, else `2020-12`. */
  readonly draft?: '7' | '2019-09' | '2020-12'
}

/**
 * A plain JSON Schema as a schema for `defineTool`, with validation that needs no `eval`. `T` is what you say that it accepts; values are
 * passed on as they are, without defaults.
 * @throws ToolError `invalid_schema` when it is no JSON Schema object.
 */
export function jsonSchema<T = unknown>(schema: object, options: JsonSchemaOptions = {}): DescribedSchema<T> {
  const problem = isJsonObject(schema) ? findNonJson(schema, 'schema') : 'it is not an object'
  if (problem !== undefined) throw new ToolError('invalid_schema', `jsonSchema() takes a JSON Schema: ${problem}`)
  const own: JsonObject = structuredClone({ ...schema })
  const validator = createValidator(own, options.draft ?? draftOf(own))
  const describe = () => structuredClone({ ...own })
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1,
      vendor: 'geppetto',
      validate: (value: unknown): SchemaResult<T> => {
        const issues = findIssues(validator, value)
        // True as far as the caller's T says what the schema says: a plain schema has no type of its own.
        return issues.length === 0 ? { value: value as T } : { issues }
      },
      jsonSchema: { input: describe, output: describe },
    }),
  })
}

function createValidator(schema: JsonObject, draft: SchemaDraft): Validator {
  try {
    // A clone, because the validator writes addresses into it.
    return new Validator(structuredClone<PlainSchema>({ ...schema }), draft, false)
  } catch (cause) {
    throw new ToolError('invalid_schema', `jsonSchema() cannot read the schema: ${toErrorData(cause).message}`, {
      cause,
    })
  }
}

function draftOf({ $schema }: JsonObject): SchemaDraft {
  if (typeof $schema !== 'string') return '2020-12'
  if ($schema.includes('draft-07')) return '7'
  return $schema.includes('2019-09') ? '2019-09' : '2020-12'
}

import { followRootReference, isRecursiveSchema, type Report } from '@geppetto/engine'
import { type JsonObject, type StructuredOutput, structuredOutputKey, type Turn } from '@geppetto/turns'
import { isOfObject, lowerAnswerSchema } from '../lower-schema.ts'
import { schemaInWords } from '../schema-in-words.ts'
import type { HostQuirks } from './hosts.ts'

/** How the form of the answer is asked for. */
export interface OutputForm {
  /** The body's field. */
  readonly field: JsonObject
  /** What the model is told, where the API cannot be. */
  readonly instruction?: string
}

/** The form that the turn asks for. */
export function outputForm(turn: Turn, quirks: HostQuirks, report: Report): OutputForm {
  const output = structuredOutputKey.read(turn.data)
  if (output === undefined) return { field: {} }
  const { name, schema } = output
  if (!quirks.recursiveSchemas && isRecursiveSchema(schema))
    return inWords(schema, 'the host refuses a schema that refers to itself', report)
  switch (quirks.structuredOutput) {
    case 'strict':
      return strictForm(output, report)
    case 'json_schema':
      return { field: { response_format: { type: 'json_schema', json_schema: { name, schema } } } }
    case 'json_object':
      return inWords(schema, 'the host enforces JSON, but no schema', report)
  }
}

function inWords(schema: JsonObject, why: string, report: Report): OutputForm {
  report('schema-as-instruction', `${why}: it is given as an instruction`)
  return {
    // What the host enforces is an object.
    field: isOfObject(followRootReference(schema) ?? schema) ? { response_format: { type: 'json_object' } } : {},
    instruction: schemaInWords(schema),
  }
}

function strictForm({ name, schema }: StructuredOutput, report: Report): OutputForm {
  const lowered = lowerAnswerSchema(schema)
  if (lowered === undefined) return inWords(schema, 'the host enforces objects, and nothing else', report)
  for (const change of lowered.weakened) report('schema-weakened', change)
  const json_schema = { name, schema: lowered.schema, strict: lowered.strict }
  return { field: { response_format: { type: 'json_schema', json_schema } } }
}

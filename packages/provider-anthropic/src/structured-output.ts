import type { Report } from '@geppetto/engine'
import type { JsonObject, StructuredOutput } from '@geppetto/turns'
import type { ModelTraits } from './models.ts'
import { lowerSchema } from './schema.ts'

/** How the form of an answer is asked for. */
export interface Format {
  readonly outputConfig?: JsonObject
  /** System text that asks for it, where the API has no other way. */
  readonly instruction: readonly string[]
}

/** Asks for an answer of a form: by the API's own means where the model and the schema allow it, else in words. */
export function toFormat(
  output: StructuredOutput | undefined,
  { structuredOutput }: ModelTraits,
  report: Report,
): Format {
  if (output === undefined) return { instruction: [] }
  if (!structuredOutput) return inWords(output, 'this model has no structured output', report)
  const lowered = lowerSchema(output.schema)
  if (lowered.schema === undefined) return inWords(output, lowered.reason, report)
  for (const change of lowered.weakened) report('schema-weakened', `output schema ${output.name}: ${change}`)
  return { outputConfig: { format: { type: 'json_schema', schema: lowered.schema } }, instruction: [] }
}

function inWords({ name, schema }: StructuredOutput, reason: string, report: Report): Format {
  report('schema-as-instruction', `output schema ${name} is asked for in the system text: ${reason}`)
  return {
    instruction: [
      `Answer with one JSON value and nothing else: no explanation, no code fence. It must fit this JSON Schema: ${JSON.stringify(schema)}`,
    ],
  }
}

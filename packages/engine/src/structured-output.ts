import {
  assistantText,
  formatIssues,
  jsonSchemaOf,
  type Schema,
  structuredOutputKey,
  type Turn,
  withData,
} from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/**
 * Asks for an answer of this form: writes the schema into the turn's data.
 * @param name what the API calls the form; default `answer`.
 * @throws TurnError `invalid_schema` when the schema cannot describe itself as JSON Schema.
 */
export function withOutputSchema(turn: Turn, schema: Schema, name = 'answer'): Turn {
  return withData(turn, structuredOutputKey, { name, schema: jsonSchemaOf(schema, `output schema ${name}`) })
}

/**
 * Reads the answer of a turn, or of a run's result, as JSON of this form.
 * @throws EngineError `invalid_output` when it is not; the turn is in the error's `partial`, the text in its message.
 */
export function parseOutput<T>(source: Turn | { readonly turn: Turn }, schema: Schema<unknown, T>): T {
  const turn = 'turn' in source ? source.turn : source
  const text = assistantText(turn)
  const clipped = text.length > 200 ? `${text.slice(0, 200)}…` : text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('invalid_output', `the answer is not JSON: ${clipped === '' ? '(empty)' : clipped}`, { partial: turn, cause })
  }
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise)
    throw new EngineError('invalid_options', 'the output schema is asynchronous: parseOutput needs one that is not', { partial: turn })
  if (result.issues !== undefined)
    throw new EngineError('invalid_output', `the answer does not fit the schema: ${formatIssues(result.issues)}: ${clipped}`, {
      partial: turn,
    })
  return result.value
}

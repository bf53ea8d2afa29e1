import {
  assistantText,
  type DescribedSchema,
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
 * @throws EngineError `invalid_options` when no API takes the name.
 * @throws TurnError `invalid_schema` when the schema cannot describe itself as JSON Schema.
 */
export function withOutputSchema(turn: Turn, schema: DescribedSchema, name = 'answer'): Turn {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    throw new EngineError(
      'invalid_options',
      `the name of an output schema must be 1 to 64 letters, digits, _ or -, not ${JSON.stringify(name)}`,
    )
  return withData(turn, structuredOutputKey, { name, schema: jsonSchemaOf(schema, `output schema ${name}`) })
}

/**
 * Reads the answer of a turn, or of a run's result, as JSON of this form.
 * @throws EngineError `invalid_output` when it is not; the turn is in the error's `partial`, the text in its message.
 * @throws EngineError `invalid_options` when the schema is asynchronous.
 */
export function parseOutput<T>(source: Turn | { readonly turn: Turn }, schema: Schema<unknown, T>): T {
  const partial = 'turn' in source ? source.turn : source
  const text = assistantText(partial)
  const shown = text === '' ? '(empty)' : text.length > 200 ? `${text.slice(0, 200)}…` : text
  const refused = answerIsRefusal(partial) ? 'the model refused, so ' : ''
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('invalid_output', `${refused}the answer is not JSON: ${shown}`, { partial, cause })
  }
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(ignoreLateResult)
    const message = 'the output schema is asynchronous: give parseOutput one whose checks are not'
    throw new EngineError('invalid_options', message, { partial })
  }
  if (result.issues !== undefined) {
    const message = `${refused}the answer does not fit the schema: ${formatIssues(result.issues)}: ${shown}`
    throw new EngineError('invalid_output', message, { partial })
  }
  return result.value
}

function answerIsRefusal(turn: Turn): boolean {
  const last = turn.blocks.findLast((block) => block.kind === 'assistant')
  return last?.refusal === true
}

/** The caller has been told that nobody waits for it. */
function ignoreLateResult(): void {}

import {
  assistantText,
  type DescribedSchema,
  formatIssues,
  jsonSchemaOf,
  providerCalls,
  type Schema,
  type StopReason,
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

/** A run's result, as far as its answer depends on it. */
export interface AnsweredRun {
  readonly turn: Turn
  readonly status?: 'completed' | 'cancelled' | 'failed' | 'waiting'
  readonly stop?: StopReason
  readonly error?: unknown
}

/**
 * Reads the answer of a turn, or of a run's result, as JSON of this form. A Markdown code fence around the whole answer is taken off.
 * @throws whatever the run failed with; EngineError `cancelled` when it was cancelled.
 * @throws EngineError `invalid_output` when it is not; the turn is in the error's `partial`, the text in its message, `issues` say where it does not fit.
 * @throws EngineError `invalid_options` when the schema is asynchronous.
 */
export function parseOutput<T>(source: Turn | AnsweredRun, schema: Schema<unknown, T>): T {
  const run: AnsweredRun = 'turn' in source ? source : { turn: source }
  const { turn: partial, status, stop = lastStop(partial) } = run
  if (status === 'failed') throw run.error
  if (status === 'cancelled')
    throw new EngineError('cancelled', `there is no answer, as the run was cancelled (${stop})`, { partial })
  if (status === 'waiting')
    throw new EngineError('invalid_output', 'there is no answer yet, as the run waits for tool calls', { partial })
  const text = assistantText(partial)
  const shown = text === '' ? '(empty)' : text.length > 200 ? `${text.slice(0, 200)}…` : text
  const why = whyUnfit(partial, stop)
  let value: unknown
  try {
    value = JSON.parse(withoutFence(text))
  } catch (cause) {
    throw new EngineError('invalid_output', `${why}the answer is not JSON: ${shown}`, { partial, cause })
  }
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(ignoreLateResult)
    const message = 'the output schema is asynchronous: give parseOutput one whose checks are not'
    throw new EngineError('invalid_options', message, { partial })
  }
  if (result.issues !== undefined) {
    const { issues } = result
    const message = `${why}the answer does not fit the schema: ${formatIssues(issues)}: ${shown}`
    throw new EngineError('invalid_output', message, { partial, issues })
  }
  return result.value
}

function whyUnfit(turn: Turn, stop: StopReason | undefined): string {
  const last = turn.blocks.findLast((block) => block.kind === 'assistant')
  if (last?.refusal === true) return 'the model refused, so '
  return stop === 'max_tokens' ? 'the answer was cut off at the token limit (see maxOutputTokens), so ' : ''
}

/** Of the last provider call; undefined where nobody recorded one. */
function lastStop(turn: Turn): StopReason | undefined {
  try {
    return providerCalls(turn).at(-1)?.stop
  } catch {
    // What somebody else wrote under our name is no reason not to read the answer.
    return undefined
  }
}

/** Models put JSON into a fence where they know its form from words alone. JSON itself never begins with one. */
function withoutFence(text: string): string {
  return /^\s*```[\w-]*[ \t]*\r?\n([\s\S]*?)\r?\n?```\s*$/.exec(text)?.[1] ?? text
}

/** The caller has been told that nobody waits for it. */
function ignoreLateResult(): void {}

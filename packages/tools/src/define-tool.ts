import {
  type DescribedSchema,
  defined,
  findNonJson,
  frozenJson,
  type JsonObject,
  jsonSchemaOf,
  quote,
  type ToolDefinition,
  toErrorData,
  unknownOption,
} from '@geppetto/turns'
import type { ReconcileFunction, Tool, ToolEffects, ToolFunction } from './tool.ts'
import { ToolError } from './tool-error.ts'

/** What {@link defineTool} takes. */
export interface ToolOptions<Input, Output> {
  /** Letters, digits, `_` and `-`; at most 64 characters. */
  readonly name: string
  /** For the model: what it does, when to use it. */
  readonly description: string
  /**
   * An object schema, such as `z.object({…})` of zod 4; arguments that do not fit it never reach `execute`.
   * A plain JSON Schema goes through `jsonSchema()` of `@geppetto/tools/json-schema`.
   */
  readonly input: DescribedSchema<unknown, Input>
  /** What `execute` promises to return; checked before it goes to the model. */
  readonly output?: DescribedSchema<unknown, Output>
  /** Default `side-effecting`: the executor never tries the call again. */
  readonly effects?: ToolEffects
  /** For each attempt, in milliseconds. Default: the tool config's. */
  readonly timeoutMs?: number
  /** Leave it out for a tool that runs elsewhere. `NoInfer`: the schema alone says what the input is. */
  readonly execute?: ToolFunction<NoInfer<Input>, Output>
  /** For a tool with side effects: whether a call ran that was cut off by a crash. Without it, whoever resumes the run must decide. */
  readonly reconcile?: ReconcileFunction<NoInfer<Input>, NoInfer<Output>>
}

const namePattern = /^[a-zA-Z0-9_-]{1,64}$/
const optionNames: Readonly<Record<keyof ToolOptions<unknown, unknown>, true>> = {
  name: true,
  description: true,
  input: true,
  output: true,
  effects: true,
  timeoutMs: true,
  execute: true,
  reconcile: true,
}
/** What other libraries call it. */
const hints = {
  inputSchema: 'The schema of the arguments is input',
  parameters: 'The schema of the arguments is input',
  outputSchema: 'The schema of what it returns is output',
  run: 'The function is execute',
  needsApproval: 'Calls are approved by the executor: createToolExecutor({ hooks: { authorize } })',
}
const effectsOfTools: readonly ToolEffects[] = ['none', 'idempotent', 'side-effecting']

/**
 * Defines a function that a model may call. The types of its input and output come from the schemas.
 * @throws ToolError `invalid_tool` saying what is wrong with it.
 */
export function defineTool<Input, Output>(options: ToolOptions<Input, Output>): Tool<Input, Output> {
  const { name, description, input, output, effects = 'side-effecting', timeoutMs, execute, reconcile } = options
  if (typeof name !== 'string' || !namePattern.test(name))
    throw new ToolError(
      'invalid_tool',
      `a tool's name must be 1 to 64 letters, digits, _ or -, because the APIs take no others, not ${quote(name)}`,
    )
  const reject = (problem: string): never => {
    throw new ToolError('invalid_tool', `tool ${name}: ${problem}`, { toolName: name })
  }
  // A tool that is made of another has its definition too, which is made anew.
  const unknown = unknownOption(options, [...Object.keys(optionNames), 'definition'], '', hints)
  if (unknown !== undefined) reject(unknown)
  if (typeof description !== 'string' || description.trim() === '')
    reject('description is empty: say what the tool does and when to use it, since that is how a model chooses it')
  if (!effectsOfTools.includes(effects))
    reject(`effects must be one of ${effectsOfTools.join(', ')}, not ${quote(effects)}`)
  if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0))
    reject(`timeoutMs must be a number of milliseconds above 0, not ${quote(timeoutMs)}`)
  if (execute !== undefined && typeof execute !== 'function')
    reject(`execute must be a function, or be left out for a tool that runs elsewhere, not ${quote(execute)}`)
  if (reconcile !== undefined && typeof reconcile !== 'function')
    reject(`reconcile must be a function, or be left out, not ${quote(reconcile)}`)
  if (reconcile !== undefined && effects !== 'side-effecting')
    reject(`reconcile is never asked where effects is ${effects}, as such a call is run again: leave it out`)
  const inputSchema = describe(name, 'input', input)
  if (inputSchema.type !== 'object')
    reject(
      `input must be an object schema, such as z.object({…}), because a model gives arguments by name; it is ${quote(inputSchema)}`,
    )
  const outputSchema = output === undefined ? undefined : describe(name, 'output', output)
  const definition: ToolDefinition = { name, description, inputSchema, ...defined({ outputSchema }) }
  return Object.freeze({
    name,
    description,
    input,
    effects,
    definition: frozenJson(definition, `tool ${name}`),
    ...(output === undefined ? undefined : { output }),
    ...(timeoutMs === undefined ? undefined : { timeoutMs }),
    ...(execute === undefined ? undefined : { execute }),
    ...(reconcile === undefined ? undefined : { reconcile }),
  })
}

/** The schema as JSON Schema, in a copy of our own: some libraries hand out what they keep. */
function describe(name: string, side: 'input' | 'output', schema: unknown): JsonObject {
  const what = `tool ${name}: ${side}`
  let described: JsonObject
  try {
    described = jsonSchemaOf(schema, what)
  } catch (cause) {
    const { message } = toErrorData(cause)
    throw new ToolError('invalid_tool', message, { toolName: name, cause })
  }
  const problem = findNonJson(described, side)
  if (problem !== undefined)
    throw new ToolError('invalid_tool', `${what} has a JSON Schema that is not JSON: ${problem}`, { toolName: name })
  return structuredClone(described)
}

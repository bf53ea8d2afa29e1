import { type Degradation, EngineError } from '@geppetto/engine'
import {
  type JsonObject,
  type JsonValue,
  structuredOutputKey,
  type ToolChoice,
  type ToolDefinition,
  type Turn,
  toolChoiceKey,
  toolDefinitionsKey,
} from '@geppetto/turns'
import { lowerAnswerSchema, lowerToolSchema } from '../lower-schema.ts'

/** What a tool may be called. */
export const toolNamePattern = '^[a-zA-Z0-9_-]{1,64}$'

/** Fields of the request, and what could not be said in them. */
export interface RequestFields {
  readonly fields: JsonObject
  readonly degradations: readonly Degradation[]
}

/** The tools that are offered, and the choice among them. @throws EngineError `unsupported` when a tool has a name that the API refuses. */
export function buildTools(turn: Turn, serverTools: readonly JsonObject[]): RequestFields {
  const degradations: Degradation[] = []
  const definitions = toolDefinitionsKey.read(turn.data) ?? []
  const tools = [...definitions.map((tool) => toFunction(tool, degradations)), ...serverTools]
  // A choice without tools is refused.
  if (tools.length === 0) return { fields: {}, degradations }
  const choice = toolChoiceKey.read(turn.data)
  const choiceField = choice === undefined ? undefined : { tool_choice: toChoice(choice, definitions, serverTools) }
  return { fields: { tools, ...choiceField }, degradations }
}

/** The form of the answer. */
export function buildTextFormat(turn: Turn): RequestFields {
  const asked = structuredOutputKey.read(turn.data)
  if (asked === undefined) return { fields: {}, degradations: [] }
  const { schema, strict, weakened } = lowerAnswerSchema(asked.schema)
  const degradations = weakened.map((what) => ({ code: 'schema-weakened', message: `output ${asked.name}: ${what}` }))
  return { fields: { text: { format: { type: 'json_schema', name: asked.name, schema, strict } } }, degradations }
}

function toFunction({ name, description, inputSchema }: ToolDefinition, degradations: Degradation[]): JsonObject {
  if (!new RegExp(toolNamePattern).test(name))
    throw new EngineError('unsupported', `tool ${name} needs a name of 1 to 64 letters, digits, _ and -`)
  const { schema, strict, weakened } = lowerToolSchema(inputSchema)
  for (const what of weakened) degradations.push({ code: 'schema-weakened', message: `tool ${name}: ${what}` })
  return { type: 'function', name, description: description.toWellFormed(), parameters: schema, strict }
}

function toChoice(
  choice: ToolChoice,
  definitions: readonly ToolDefinition[],
  serverTools: readonly JsonObject[],
): JsonValue {
  if (typeof choice === 'string') return choice
  const { tool } = choice
  if (definitions.some(({ name }) => name === tool)) return { type: 'function', name: tool }
  const serverTool = serverTools.find(({ type, name }) => name === tool || type === tool)
  if (serverTool === undefined)
    throw new EngineError('unsupported', `the tool choice names ${tool}, which is not among the tools`)
  return serverTool.type === 'custom' ? { type: 'custom', name: tool } : { type: tool }
}

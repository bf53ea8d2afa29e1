import { type Report, unsupported } from '@geppetto/engine'
import {
  defined,
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
import { schemaInWords } from '../schema-in-words.ts'
import { isToolName, toolNamePattern } from '../tool-name.ts'
import { answeredTool } from './built-in-calls.ts'

/** The tools that are offered and the choice among them, as the body's fields. @throws EngineError `unsupported` when a tool has a name that the API refuses. */
export function buildTools(turn: Turn, serverTools: readonly JsonObject[], report: Report): JsonObject {
  const definitions = toolDefinitionsKey.read(turn.data) ?? []
  const offered = definitions.filter(({ name }) => answeredTool(name, serverTools) === undefined)
  const tools = [...offered.map((tool) => toFunction(tool, report)), ...serverTools]
  const choice = toolChoiceKey.read(turn.data)
  if (tools.length === 0) {
    // A choice without tools is refused.
    if (choice !== undefined && choice !== 'auto' && choice !== 'none')
      report('tool-choice-dropped', 'a tool must be called, but no tool is offered')
    return {}
  }
  return { tools, ...(choice === undefined ? undefined : { tool_choice: toChoice(choice, offered, serverTools) }) }
}

/** How the form of the answer is asked for: as the body's field, or in words where the API cannot enforce it. */
export function buildTextFormat(
  turn: Turn,
  report: Report,
): { readonly field: JsonObject; readonly instruction?: string } {
  const asked = structuredOutputKey.read(turn.data)
  if (asked === undefined) return { field: {} }
  const { name, schema } = asked
  const lowered = lowerAnswerSchema(schema)
  if (lowered === undefined) {
    report(
      'schema-as-instruction',
      `output ${name}: the API enforces objects, and nothing else: it is asked for in words`,
    )
    return { field: {}, instruction: schemaInWords(schema) }
  }
  for (const what of lowered.weakened) report('schema-weakened', `output ${name}: ${what}`)
  return { field: { text: { format: { type: 'json_schema', name, schema: lowered.schema, strict: lowered.strict } } } }
}

function toFunction({ name, description, inputSchema }: ToolDefinition, report: Report): JsonObject {
  if (!isToolName(name))
    throw unsupported(`the tool name ${JSON.stringify(name)} does not fit ${toolNamePattern}: rename the tool`)
  const { schema, strict, weakened } = lowerToolSchema(inputSchema)
  for (const what of weakened) report('schema-weakened', `tool ${name}: ${what}`)
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
  const serverTool =
    answeredTool(tool, serverTools) ?? serverTools.find(({ type, name }) => name === tool || type === tool)
  if (serverTool === undefined) throw unsupported(`the tool choice names ${tool}, which is not among the tools`)
  const { type, server_label } = serverTool
  return defined({ type, name: type === 'custom' ? tool : undefined, server_label })
}

import { type Report, unsupported } from '@geppetto/engine'
import {
  type JsonObject,
  type JsonValue,
  type ToolChoice,
  type ToolDefinition,
  type Turn,
  toolChoiceKey,
  toolDefinitionsKey,
} from '@geppetto/turns'
import { lowerToolSchema } from '../lower-schema.ts'
import { isToolName, toolNamePattern } from '../tool-name.ts'
import type { HostQuirks } from './hosts.ts'

/** The offered tools and the choice among them, as the body's fields. @throws EngineError `unsupported` when a tool's name does not fit. */
export function toolFields(turn: Turn, { strictTools }: HostQuirks, report: Report): JsonObject {
  const definitions = toolDefinitionsKey.read(turn.data) ?? []
  const choice = toolChoiceKey.read(turn.data)
  if (definitions.length === 0) {
    if (choice !== undefined && choice !== 'auto' && choice !== 'none')
      report('tool-choice-dropped', 'a tool must be called, but no tool is offered')
    return {}
  }
  const tools = definitions.map((definition) => wireTool(definition, strictTools, report))
  return { tools, ...(choice === undefined ? undefined : { tool_choice: wireChoice(choice) }) }
}

function wireTool({ name, description, inputSchema }: ToolDefinition, isStrict: boolean, report: Report): JsonValue {
  if (!isToolName(name))
    throw unsupported(`the tool name ${JSON.stringify(name)} does not fit ${toolNamePattern}: rename the tool`)
  if (!isStrict) return { type: 'function', function: { name, description, parameters: inputSchema } }
  const { schema, strict, weakened } = lowerToolSchema(inputSchema)
  for (const change of weakened) report('schema-weakened', `tool ${name}: ${change}`)
  return { type: 'function', function: { name, description, parameters: schema, strict } }
}

function wireChoice(choice: ToolChoice): JsonValue {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.tool } }
}

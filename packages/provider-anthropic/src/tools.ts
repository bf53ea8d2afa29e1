import { EngineError, type Report, textIn } from '@geppetto/engine'
import type { JsonObject, ToolChoice, ToolDefinition } from '@geppetto/turns'

/** What Anthropic takes as the name of a tool. */
export const toolNameGrammar = '^[a-zA-Z0-9_-]{1,64}$'

const allowed = new RegExp(toolNameGrammar)

/** A tool as the API is told of it. @throws EngineError `unsupported` when its name cannot be sent. */
export function toTool(tool: ToolDefinition, report: Report): JsonObject {
  const { name, description, inputSchema } = tool
  if (!allowed.test(name))
    throw new EngineError('unsupported', `tool ${name}: a name must be 1 to 64 letters, digits, _ or -`)
  return {
    name,
    ...(description === '' ? undefined : { description }),
    input_schema: toInputSchema(name, inputSchema, report),
  }
}

/** The API wants an object at the top, and no choice between several. */
function toInputSchema(name: string, schema: JsonObject, report: Report): JsonObject {
  const { anyOf, oneOf, allOf, not, enum: values, $schema: _, ...rest } = schema
  for (const [keyword, value] of Object.entries({ anyOf, oneOf, allOf, not, enum: values }))
    if (value !== undefined)
      report('schema-weakened', `tool ${name}: ${keyword} at the top of the input schema is left out`)
  return { ...rest, type: 'object' }
}

/** A server-side tool as its options gave it; those of other machines (`type: 'url'`) are named apart from the tools. */
export interface ServerTools {
  readonly tools: readonly JsonObject[]
  readonly mcpServers: readonly JsonObject[]
}

/** Splits what was given; a remote server without a toolset of its own offers all that it has. */
export function splitServerTools(given: readonly JsonObject[]): ServerTools {
  const mcpServers = given.filter(isMcpServer)
  const tools = given.filter((tool) => !isMcpServer(tool))
  const configured = new Set(tools.map((tool) => tool.mcp_server_name))
  const toolsets = mcpServers
    .map((server) => textIn(server, 'name'))
    .filter((name) => name !== undefined && !configured.has(name))
    .map((name) => ({ type: 'mcp_toolset', mcp_server_name: name }))
  return { tools: [...tools, ...toolsets], mcpServers }
}

function isMcpServer(tool: JsonObject): boolean {
  return tool.type === 'url'
}

/** Whether the choice forces a call. */
export function isForced(choice: ToolChoice | undefined): boolean {
  return choice !== undefined && choice !== 'auto' && choice !== 'none'
}

/** The tool choice as the API has it. */
export function toToolChoice(choice: ToolChoice): JsonObject {
  if (typeof choice === 'object') return { type: 'tool', name: choice.tool }
  return { type: choice === 'required' ? 'any' : choice }
}

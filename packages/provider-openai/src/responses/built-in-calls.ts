import { objectIn, textIn } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'

/** The item by which a remote MCP server asks whether it may be called, and the tool that says so. */
export const approvalType = 'mcp_approval_request'

/** The item by which the model looks for tools: among ours, where the tool says that we search. */
const searchType = 'tool_search_call'

/** The types of the items by which the API's own tools call us, by the types of the tools. */
const callTypes: ReadonlyMap<string, string> = new Map([
  ['local_shell', 'local_shell_call'],
  ['shell', 'shell_call'],
  ['apply_patch', 'apply_patch_call'],
  ['computer', 'computer_call'],
  ['computer_use', 'computer_call'],
  ['computer_use_preview', 'computer_call'],
  ['tool_search', searchType],
])

/** Whether one of the tools asks before it calls its server. The API's default is that it does. */
export function asksForApproval(serverTools: readonly JsonObject[]): boolean {
  return serverTools.some(asks)
}

/** The tool of the API's own, or the custom one, whose calls a tool of this name answers: the model is told of it, and of no function. */
export function answeredTool(name: string, serverTools: readonly JsonObject[]): JsonObject | undefined {
  return serverTools.find((tool) => {
    const type = textIn(tool, 'type') ?? ''
    if (type === 'custom') return tool.name === name
    if (type === 'mcp') return name === approvalType && asks(tool)
    return callTypes.get(type) === name && (name !== searchType || tool.execution === 'client')
  })
}

/** Whether an item is a call of one of the API's own tools: it has its own type, and no name. */
export function isBuiltInCallItem(item: JsonObject): boolean {
  return item.type === approvalType || [...callTypes.values()].some((type) => type === item.type)
}

/** Whether we have to run what the item asks for. A shell in a container of the provider's is run there, and tools are mostly looked for there. */
export function isOurs(item: JsonObject): boolean {
  if (item.type === searchType) return item.execution === 'client'
  const environment = objectIn(item, 'environment')?.type
  return environment === undefined || environment === null || environment === 'local'
}

function asks(tool: JsonObject): boolean {
  return tool.type === 'mcp' && tool.require_approval !== 'never'
}

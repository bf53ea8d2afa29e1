import { quote, type ToolDefinition } from '@geppetto/turns'
import type { Tool } from './tool.ts'
import { ToolError } from './tool-error.ts'

/** Tools by name, in the order in which they were added: the order in which models are told of them. */
export interface ToolRegistry {
  get(name: string): Tool | undefined
  readonly tools: readonly Tool[]
  readonly definitions: readonly ToolDefinition[]
}

/**
 * Makes an immutable registry.
 * @throws ToolError `duplicate_tool` when two tools have the same name, `invalid_tool` when one was not made by `defineTool`.
 */
export function createToolRegistry(tools: readonly Tool[]): ToolRegistry {
  const byName = new Map<string, Tool>()
  for (const [index, tool] of tools.entries()) {
    if (tool?.definition === undefined)
      throw new ToolError(
        'invalid_tool',
        `tools[${index}] is not a tool: make it with defineTool(), not ${quote(tool)}`,
      )
    const { name } = tool
    if (byName.has(name))
      throw new ToolError(
        'duplicate_tool',
        `two tools are named ${name}: rename one, since a call says only the name`,
        {
          toolName: name,
        },
      )
    byName.set(name, tool)
  }
  return Object.freeze({
    get: (name: string) => byName.get(name),
    tools: Object.freeze([...byName.values()]),
    definitions: Object.freeze([...byName.values()].map((tool) => tool.definition)),
  })
}

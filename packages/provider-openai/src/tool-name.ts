/** What a tool's name must match, as the source of a regular expression. */
export const toolNamePattern = '^[a-zA-Z0-9_-]{1,64}$'
const toolName = new RegExp(toolNamePattern)

/** Whether a tool may be called so. */
export function isToolName(name: string): boolean {
  return toolName.test(name)
}

/** The name of a tool that was called: one that another API took may not fit here. */
export function fitToolName(name: string): string {
  return isToolName(name) ? name : name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
}

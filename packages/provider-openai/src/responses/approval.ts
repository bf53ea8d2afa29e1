import { textIn } from '@geppetto/engine'
import { contentText, isJsonObject, type JsonObject, type ToolResultBlock } from '@geppetto/turns'

/** What a remote MCP server wants to be called with, as the input of a call. */
export function approvalInput(item: JsonObject): string {
  const { server_label: server, name, arguments: args } = item
  return JSON.stringify({ server, name, arguments: typeof args === 'string' ? parsed(args) : args })
}

/**
 * The answer to the server's question. Only a result that says so allows the call: `true`, or `{ approve: true }`. Anything else, also what went
 * wrong, is a no, with what it says for a reason.
 */
export function toApproval(id: string, { outcome, content }: ToolResultBlock): JsonObject {
  const text = contentText(content).toWellFormed()
  const said = parsed(text)
  const approve = outcome === 'ok' && (said === true || (isJsonObject(said) && said.approve === true))
  const reason = (isJsonObject(said) ? textIn(said, 'reason') : undefined) ?? (approve || said === false ? '' : text)
  return {
    type: 'mcp_approval_response',
    approval_request_id: id,
    approve,
    ...(reason.trim() === '' ? undefined : { reason }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A text that is no JSON is what it is.
    return text
  }
}

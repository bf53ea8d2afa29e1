import { type ContentPart, contentText, isJsonObject, type JsonObject, type ToolDefinition } from '@geppetto/turns'
import { asText, objectAt, objectsIn } from './json.ts'
import { mediaFrom, readConfig, readContent, type Said, type SaidRequest } from './said.ts'

/** Reads a request of Chat Completions. */
export function readChatRequest(body: JsonObject): SaidRequest {
  const { response_format: format, tool_choice: choice, reasoning_effort: effort } = body
  const form = isJsonObject(format) && format['type'] === 'json_schema' ? objectAt(format, 'json_schema') : undefined
  const limit = body['max_completion_tokens'] === undefined ? 'max_tokens' : 'max_completion_tokens'
  return {
    said: objectsIn(body['messages']).flatMap(readMessage),
    tools: objectsIn(body['tools']).flatMap((tool) =>
      isJsonObject(tool['function']) ? [readTool(tool['function'])] : [],
    ),
    choice: choice === 'auto' || choice === 'required' || choice === 'none' ? choice : undefined,
    config: { ...readConfig(body, limit, 'stop'), ...(effort === 'low' ? { reasoning: { effort } } : undefined) },
    output:
      form === undefined ? undefined : { name: asText(form['name']) ?? 'answer', schema: objectAt(form, 'schema') },
  }
}

function readMessage(message: JsonObject): readonly Said[] {
  const { role, content, tool_call_id: id } = message
  const parts = readContent(content, readPart)
  if (role === 'system' || role === 'developer') return [{ kind: 'system', text: contentText(parts) }]
  if (role === 'user') return [{ kind: 'user', content: parts }]
  if (role === 'tool') return [{ kind: 'result', id: asText(id) ?? '', content: parts, isError: false }]
  const calls = objectsIn(message['tool_calls']).map((call): Said => {
    const target = objectAt(call, 'function')
    return {
      kind: 'call',
      id: asText(call['id']) ?? '',
      name: asText(target['name']) ?? '',
      input: asText(target['arguments']) ?? '',
    }
  })
  return [...(parts.length === 0 ? [] : [{ kind: 'assistant' as const, text: contentText(parts) }]), ...calls]
}

function readPart(part: JsonObject): ContentPart | undefined {
  if (part['type'] === 'text') return { type: 'text', text: asText(part['text']) ?? '' }
  if (part['type'] === 'image_url') return mediaFrom('image', asText(objectAt(part, 'image_url')['url']) ?? '')
  return undefined
}

function readTool(tool: JsonObject): ToolDefinition {
  return {
    name: asText(tool['name']) ?? '',
    description: asText(tool['description']) ?? '',
    inputSchema: objectAt(tool, 'parameters'),
  }
}

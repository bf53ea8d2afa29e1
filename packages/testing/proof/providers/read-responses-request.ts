import { type ContentPart, contentText, type InferenceConfig, isJsonObject, type JsonObject } from '@geppetto/turns'
import { asText, objectAt, objectsIn } from './json.ts'
import { mediaFrom, readConfig, readContent, type Said, type SaidRequest } from './said.ts'

/** Reads a request of Responses. */
export function readResponsesRequest(body: JsonObject): SaidRequest {
  const { instructions, text, tool_choice: choice, previous_response_id: previous } = body
  const { effort, summary } = objectAt(body, 'reasoning')
  const format = isJsonObject(text) ? objectAt(text, 'format') : {}
  const reasoning: InferenceConfig['reasoning'] = {
    ...(effort === 'minimal' || effort === 'low' || effort === 'medium' || effort === 'high' || effort === 'xhigh'
      ? { effort }
      : undefined),
    ...(summary === 'auto' ? { summary } : undefined),
  }
  return {
    said: [
      ...(typeof instructions === 'string' ? [{ kind: 'system' as const, text: instructions }] : []),
      // What is kept there is not said again.
      ...(typeof previous === 'string' ? [{ kind: 'opaque' as const }] : []),
      ...objectsIn(body['input']).flatMap(readItem),
    ],
    tools: objectsIn(body['tools'])
      .filter(({ type }) => type === 'function')
      .map((tool) => ({
        name: asText(tool['name']) ?? '',
        description: asText(tool['description']) ?? '',
        inputSchema: objectAt(tool, 'parameters'),
      })),
    choice: choice === 'auto' || choice === 'required' || choice === 'none' ? choice : undefined,
    config: {
      ...readConfig(body, 'max_output_tokens', 'stop'),
      ...(Object.keys(reasoning).length === 0 ? undefined : { reasoning }),
    },
    output:
      format['type'] === 'json_schema'
        ? { name: asText(format['name']) ?? 'answer', schema: objectAt(format, 'schema') }
        : undefined,
  }
}

function readItem(item: JsonObject): readonly Said[] {
  const { type = 'message', role, content, call_id: id } = item
  if (type === 'message') {
    const parts = readContent(content, readPart)
    if (role === 'user') return [{ kind: 'user', content: parts }]
    const kind = role === 'assistant' ? 'assistant' : 'system'
    return [{ kind, text: contentText(parts) }]
  }
  if (type === 'function_call')
    return [
      { kind: 'call', id: asText(id) ?? '', name: asText(item['name']) ?? '', input: asText(item['arguments']) ?? '' },
    ]
  if (type === 'function_call_output')
    return [{ kind: 'result', id: asText(id) ?? '', content: readContent(item['output'], readPart), isError: false }]
  return [{ kind: 'opaque' }]
}

function readPart(part: JsonObject): ContentPart | undefined {
  const { type, text, image_url: url } = part
  if (type === 'input_text' || type === 'output_text') return { type: 'text', text: asText(text) ?? '' }
  if (type === 'input_image' && typeof url === 'string') return mediaFrom('image', url)
  return undefined
}

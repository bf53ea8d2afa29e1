import { type ContentPart, contentText, type JsonObject, type JsonValue, type ToolChoice } from '@geppetto/turns'
import { asText, objectAt, objectsIn } from './json.ts'
import { readConfig, readContent, type Said, type SaidRequest } from './said.ts'

const choices: Readonly<Record<string, ToolChoice>> = { auto: 'auto', any: 'required', none: 'none' }

/** Reads a request of Messages. */
export function readAnthropicRequest(body: JsonObject): SaidRequest {
  const { budget_tokens: budget } = objectAt(body, 'thinking')
  const format = objectAt(objectAt(body, 'output_config'), 'format')
  const form = format['type'] === 'json_schema' ? format : objectAt(body, 'output_format')
  const type = asText(objectAt(body, 'tool_choice')['type']) ?? ''
  return {
    said: [
      ...readContent(body['system'], readPart).map((part): Said => ({ kind: 'system', text: contentText([part]) })),
      ...objectsIn(body['messages']).flatMap(readMessage),
    ],
    tools: objectsIn(body['tools'])
      .filter((tool) => tool['input_schema'] !== undefined)
      .map((tool) => ({
        name: asText(tool['name']) ?? '',
        description: asText(tool['description']) ?? '',
        inputSchema: objectAt(tool, 'input_schema'),
      })),
    choice: choices[type],
    config: {
      // The API's limit is that of answer and thinking.
      ...readConfig({ ...body, max_tokens: answerLimit(body['max_tokens'], budget) }, 'max_tokens', 'stop_sequences'),
      ...(typeof budget === 'number' ? { reasoning: { budget } } : undefined),
    },
    output: form['type'] === 'json_schema' ? { name: 'answer', schema: objectAt(form, 'schema') } : undefined,
  }
}

function answerLimit(limit: JsonValue | undefined, budget: JsonValue | undefined): JsonValue | undefined {
  return typeof limit === 'number' && typeof budget === 'number' ? limit - budget : limit
}

function readMessage({ role, content }: JsonObject): readonly Said[] {
  if (role === 'assistant') {
    if (typeof content === 'string') return [{ kind: 'assistant', text: content }]
    return objectsIn(content).map(readAnswer)
  }
  const results = objectsIn(content)
    .filter(({ type }) => type === 'tool_result')
    .map((block): Said => {
      const { tool_use_id: id, is_error: isError } = block
      return {
        kind: 'result',
        id: asText(id) ?? '',
        content: readContent(block['content'], readPart),
        isError: isError === true,
      }
    })
  const parts = readContent(content, readPart)
  return [...results, ...(parts.length === 0 ? [] : [{ kind: 'user' as const, content: parts }])]
}

function readAnswer(block: JsonObject): Said {
  const { type, text, id, name, input } = block
  if (type === 'text') return { kind: 'assistant', text: asText(text) ?? '' }
  if (type !== 'tool_use') return { kind: 'opaque' }
  return { kind: 'call', id: asText(id) ?? '', name: asText(name) ?? '', input: JSON.stringify(input) }
}

function readPart(part: JsonObject): ContentPart | undefined {
  const { type, text, title } = part
  if (type === 'text') return { type: 'text', text: asText(text) ?? '' }
  if (type !== 'image' && type !== 'document') return undefined
  const source = objectAt(part, 'source')
  const { url, data, media_type: mediaType, file_id: fileId } = source
  const kind = type === 'image' ? 'image' : 'file'
  const facts = kind === 'file' && typeof title === 'string' ? { name: title } : {}
  if (typeof url === 'string') return { type: kind, source: { type: 'url', url }, ...facts }
  if (typeof fileId === 'string')
    return { type: kind, source: { type: 'provider-file', api: 'anthropic-messages', fileId }, ...facts }
  if (typeof data !== 'string' || typeof mediaType !== 'string') return undefined
  // A document of text is text on the wire; our file holds bytes.
  const bytes = source['type'] === 'text' ? Buffer.from(data, 'utf8').toString('base64') : data
  return { type: kind, source: { type: 'base64', data: bytes }, mediaType, ...facts }
}

import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { asText, objectsIn, parseJson } from './json.ts'
import { joinSystem, type Meaning, type MeaningItem, partsOf, plainText, toolMeaning } from './meaning-parts.ts'

/** The meaning of a request of Responses. */
export function responsesMeaning(body: JsonObject): Meaning {
  const { instructions, input } = body
  // Beside the conversation, or as its first item.
  const system: readonly MeaningItem[] =
    typeof instructions === 'string' ? [{ must: { role: 'system', text: instructions } }] : []
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsIn(input)
  return {
    model: body['model'] ?? null,
    said: joinSystem([...system, ...items.map(itemMeaning)]),
    tools: objectsIn(body['tools'])
      .filter(({ type }) => type === 'function')
      .map(({ name, description, parameters }) => toolMeaning(name, description, parameters)),
  }
}

function itemMeaning(item: JsonObject): MeaningItem {
  const { type = 'message', id, role, content } = item
  switch (type) {
    case 'message':
      if (role === 'system' || role === 'developer') return { must: { role: 'system', text: plainText(content) } }
      return { must: { role, parts: partsOf(content).map(partMeaning) }, may: { id } }
    case 'function_call':
      return {
        // White space in arguments is no part of what they say.
        must: { type, callId: item['call_id'], name: item['name'], input: parseJson(asText(item['arguments']) ?? '') },
        may: { id },
      }
    case 'function_call_output':
      return { must: { type, callId: item['call_id'], text: plainText(item['output']) } }
    case 'reasoning':
      // Where the provider keeps nothing, its id leads nowhere: clients leave it out.
      return { must: { type, summary: item['summary'], secret: item['encrypted_content'] }, may: { id } }
    default:
      return { must: item }
  }
}

/** Input and output text are one thing here: the role tells them apart. Annotations and the like need not come back. */
function partMeaning(part: JsonValue): JsonValue {
  if (!isJsonObject(part)) return part
  const { type, text } = part
  if (type === 'input_text' || type === 'output_text') return { type: 'text', text }
  // The default says the same as nothing.
  return type === 'input_image' && part['detail'] === 'auto' ? { ...part, detail: undefined } : part
}

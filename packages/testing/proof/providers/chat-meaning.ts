import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { asText, isList, objectAt, objectsIn, parseJson } from './json.ts'
import { joinSystem, type Meaning, type MeaningItem, partsOf, plainText, toolMeaning } from './meaning-parts.ts'

/** The meaning of a request of Chat Completions. */
export function chatMeaning(body: JsonObject): Meaning {
  return {
    model: body['model'] ?? null,
    said: joinSystem(joinAnswers(objectsIn(body['messages']).map(messageMeaning))),
    tools: objectsIn(body['tools'])
      .filter(({ function: target }) => isJsonObject(target))
      .map((tool) => objectAt(tool, 'function'))
      .map(({ name, description, parameters }) => toolMeaning(name, description, parameters)),
  }
}

function messageMeaning(message: JsonObject): MeaningItem {
  const { role, content, tool_call_id: id } = message
  // The newer name of the same role.
  if (role === 'system' || role === 'developer') return { must: { role: 'system', text: plainText(content) } }
  if (role === 'tool') return { must: { role, id, text: plainText(content) } }
  if (role !== 'assistant') return { must: { role, parts: partsOf(content).map(withoutCacheMark) } }
  return {
    must: {
      role,
      parts: partsOf(content),
      calls: objectsIn(message['tool_calls']).map((call) => {
        const target = objectAt(call, 'function')
        // White space in arguments is no part of what they say.
        return { id: call['id'], name: target['name'], input: parseJson(asText(target['arguments']) ?? '') }
      }),
      // An empty one says as much as none.
      reasoning: message['reasoning_content'] || undefined,
      details: message['reasoning_details'],
    },
    // A copy, for people, of what the details say.
    may: { reasoning: message['reasoning'] },
  }
}

/** A client may say in two messages what the model said in one: an empty text, then calls. */
function joinAnswers(items: readonly MeaningItem[]): readonly MeaningItem[] {
  return items.filter(({ must }, index) => {
    const { role, parts, calls } = must
    const isEmpty = role === 'assistant' && isList(parts) && parts.length === 0 && isList(calls) && calls.length === 0
    return !isEmpty || items[index + 1]?.must['role'] !== 'assistant'
  })
}

/** Where the cache begins is no part of what is said. */
function withoutCacheMark(part: JsonValue): JsonValue {
  return isJsonObject(part) ? { ...part, prompt_cache_breakpoint: undefined } : part
}

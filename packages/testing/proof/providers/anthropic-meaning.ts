import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { objectsIn } from './json.ts'
import { joinSystem, type Meaning, type MeaningItem, partsOf, plainText, toolMeaning } from './meaning-parts.ts'

/** The meaning of a request of Messages. */
export function anthropicMeaning(body: JsonObject): Meaning {
  const system = partsOf(body['system']).map(
    (part): MeaningItem => ({ must: { role: 'system', text: isJsonObject(part) ? part['text'] : part } }),
  )
  const messages = objectsIn(body['messages']).flatMap(({ role, content }) =>
    partsOf(content).map((block): MeaningItem => blockMeaning(role, isJsonObject(block) ? block : {})),
  )
  return {
    model: body['model'] ?? null,
    said: joinSystem([...system, ...messages]),
    tools: objectsIn(body['tools'])
      .filter((tool) => tool['input_schema'] !== undefined)
      .map(({ name, description, input_schema: schema }) => toolMeaning(name, description, schema)),
  }
}

/** Blocks one by one: which message they stand in follows from their roles. */
function blockMeaning(role: JsonValue | undefined, block: JsonObject): MeaningItem {
  // Where the cache begins is no part of what is said; the citations of an answer need not come back; who called is the default.
  const { cache_control: _, citations, caller, ...said } = block
  if (said['type'] !== 'tool_result') return { must: { role, ...said }, may: { citations, caller } }
  const { is_error: isError, content, ...rest } = said
  // Not an error, said or not said.
  return { must: { role, ...rest, isError: isError === true, text: plainText(content) } }
}

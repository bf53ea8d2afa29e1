import type { JsonObject } from '@geppetto/turns'

/** What a model is told where no API can hold it to the form of an answer. */
export function schemaInWords(schema: JsonObject): string {
  return `Answer with one JSON value and nothing else: no explanation, no code fence. It must fit this JSON Schema:\n${JSON.stringify(schema)}`
}

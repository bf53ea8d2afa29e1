import { type Citation, defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { listIn, numberIn, objectIn, textIn } from '../json.ts'

/** What a text refers to: OpenAI's annotations on the message, and the addresses that xAI and Perplexity put on the chunk. */
export function readCitations(message: JsonObject, chunk: JsonObject): readonly Citation[] {
  return [
    ...listIn(message, 'annotations').map(readAnnotation),
    ...listIn(chunk, 'citations').map((address) => (typeof address === 'string' ? { url: address } : undefined)),
  ].filter((citation) => citation !== undefined)
}

function readAnnotation(annotation: JsonValue): Citation | undefined {
  if (!isJsonObject(annotation)) return undefined
  const source = objectIn(annotation, 'url_citation') ?? annotation
  return defined({
    url: textIn(source, 'url'),
    title: textIn(source, 'title'),
    text: textIn(source, 'content'),
    start: numberIn(source, 'start_index'),
    end: numberIn(source, 'end_index'),
    raw: annotation,
  })
}

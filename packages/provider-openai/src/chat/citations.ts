import { listIn, numberIn, objectIn, textIn } from '@geppetto/engine'
import { type Citation, defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { toUnits } from '../text-units.ts'

/**
 * What the text `said` so far refers to: OpenAI's annotations on the message, and the addresses that xAI and Perplexity put on the chunk, on each of them: the text is asked
 * for only where a place in it is stated.
 */
export function readCitations(
  message: JsonObject,
  chunk: JsonObject,
  said: { readonly text: string },
): readonly Citation[] {
  return [
    ...listIn(message, 'annotations').map((annotation) => readAnnotation(annotation, said)),
    ...listIn(chunk, 'citations').map((address) => (typeof address === 'string' ? { url: address } : undefined)),
  ].filter((citation) => citation !== undefined)
}

function readAnnotation(annotation: JsonValue, said: { readonly text: string }): Citation | undefined {
  if (!isJsonObject(annotation)) return undefined
  const source = objectIn(annotation, 'url_citation') ?? annotation
  const position = (name: string): number | undefined => {
    const characters = numberIn(source, name)
    return characters === undefined ? undefined : toUnits(said.text, characters)
  }
  return defined({
    url: textIn(source, 'url'),
    title: textIn(source, 'title'),
    text: textIn(source, 'content'),
    start: position('start_index'),
    end: position('end_index'),
    raw: annotation,
  })
}

import { numberIn, textIn } from '@geppetto/engine'
import { type Citation, defined, type JsonObject } from '@geppetto/turns'
import { toUnits } from '../text-units.ts'

/** An annotation of `text` as a citation. */
export function readCitation(annotation: JsonObject, text: string): Citation {
  const position = (name: string): number | undefined => {
    const characters = numberIn(annotation, name)
    return characters === undefined ? undefined : toUnits(text, characters)
  }
  return {
    ...defined({
      url: textIn(annotation, 'url'),
      title: textIn(annotation, 'title') ?? textIn(annotation, 'filename'),
      start: position('start_index') ?? position('index'),
      end: position('end_index'),
    }),
    raw: annotation,
  }
}

import { type Citation, defined, type JsonObject } from '@geppetto/turns'
import { numberIn, textIn } from '../json.ts'

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

/** The API counts characters, where an emoji is one; our positions are in UTF-16 units, where it is two. */
function toUnits(text: string, characters: number): number {
  let units = 0
  for (let count = 0; count < characters; count++) {
    const code = text.codePointAt(units)
    // What is cited may be said before the text of it has come.
    if (code === undefined) return units + characters - count
    units += code > 0xffff ? 2 : 1
  }
  return units
}

import { numberIn, textIn } from '@geppetto/engine'
import { type Citation, type CitedPlace, defined, type JsonObject } from '@geppetto/turns'

/**
 * What a text block refers to. It cites as a whole, so that there is no place in it.
 * @see https://platform.claude.com/docs/en/build-with-claude/citations
 */
export function toCitation(raw: JsonObject): Citation {
  return defined({
    url: textIn(raw, 'url') ?? textIn(raw, 'source'),
    title: textIn(raw, 'title') ?? textIn(raw, 'document_title'),
    text: textIn(raw, 'cited_text'),
    place: toPlace(raw),
    raw,
  })
}

function toPlace(raw: JsonObject): CitedPlace | undefined {
  return (
    placeIn(raw, 'character', 'start_char_index', 'end_char_index') ??
    placeIn(raw, 'page', 'start_page_number', 'end_page_number') ??
    placeIn(raw, 'block', 'start_block_index', 'end_block_index')
  )
}

function placeIn(
  raw: JsonObject,
  unit: CitedPlace['unit'],
  startName: string,
  endName: string,
): CitedPlace | undefined {
  const [start, end] = [numberIn(raw, startName), numberIn(raw, endName)]
  return start === undefined || end === undefined ? undefined : { unit, start, end }
}

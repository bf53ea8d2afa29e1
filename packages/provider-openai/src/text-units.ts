/**
 * A position in `text` in UTF-16 units, where an emoji is two: OpenAI counts characters, where it is one. What lies behind the text, as where it is
 * cited before it has come, counts as one each.
 */
export function toUnits(text: string, characters: number): number {
  let units = 0
  for (let count = 0; count < characters; count++) {
    const code = text.codePointAt(units)
    if (code === undefined) return units + characters - count
    units += code > 0xffff ? 2 : 1
  }
  return units
}

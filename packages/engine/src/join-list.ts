/**
 * Items of a list behind those before them, each text of one item or of several that are separated by commas. There are few texts, as each is longer than the one behind it:
 * what is long is not put together again for a few more.
 */
export function addItems(texts: readonly string[], items: string): readonly string[] {
  if (items === '') return texts
  let last = items
  let end = texts.length
  for (let before = texts[end - 1]; before !== undefined && before.length <= last.length; before = texts[end - 1]) {
    last = `${before},${last}`
    end--
  }
  return [...texts.slice(0, end), last]
}

/** JSON items between what is before and behind their list, copied once: a text that is put together of others is put together anew by whoever sends it. */
export function joinList(before: string, items: readonly string[], after: string): string {
  if (items.length === 0) return before + after
  const last = items.length - 1
  return items.map((text, index) => (index === 0 ? before : '') + text + (index === last ? after : '')).join(',')
}

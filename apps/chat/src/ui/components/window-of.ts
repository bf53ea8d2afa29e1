/** The part of a list that is shown, so that what is selected is in it. */
export function windowOf<Entry>(
  entries: readonly Entry[],
  selected: number,
  rows: number,
): { readonly from: number; readonly shown: readonly Entry[] } {
  const from = Math.max(0, Math.min(selected - Math.floor(rows / 2), entries.length - rows))
  return { from, shown: entries.slice(from, from + rows) }
}

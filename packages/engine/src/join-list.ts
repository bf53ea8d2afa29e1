/** JSON items between what is before and behind their list, copied once: a text that is put together of others is put together anew by whoever sends it. */
export function joinList(before: string, items: readonly string[], after: string): string {
  if (items.length === 0) return before + after
  const last = items.length - 1
  return items.map((text, index) => (index === 0 ? before : '') + text + (index === last ? after : '')).join(',')
}

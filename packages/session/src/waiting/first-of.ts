/** The first of them; none where there are none. */
export async function firstOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  for await (const item of items) return [item]
  return []
}

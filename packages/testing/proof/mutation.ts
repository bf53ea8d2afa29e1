/** A small change of a source that breaks a promise. What it changes must be there exactly once. */
export type Mutation = {
  /** Below `packages/`. */
  readonly file: string
  /** The test that sees it, where that is not the proof itself: what no fault brings to light, such as the size of a queue. */
  readonly seenBy?: string
} & (
  | { readonly drop: string }
  /** Two pieces of code change places. */
  | { readonly swap: readonly [string, string] }
  | { readonly replace: readonly [string, string] }
)

/** The source with the mutation. @throws Error when what it changes is not there exactly once */
export function applyMutation(mutation: Mutation, source: string): string {
  if ('drop' in mutation) return replaceOnce(mutation, source, mutation.drop, '')
  if ('replace' in mutation) return replaceOnce(mutation, source, ...mutation.replace)
  const [one, other] = mutation.swap
  const mark = '\0'
  const marked = replaceOnce(mutation, source, one, mark)
  return replaceOnce(mutation, marked, other, one).replace(mark, other)
}

function replaceOnce({ file }: Mutation, source: string, before: string, after: string): string {
  const parts = source.split(before)
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${before}`)
  return parts.join(after)
}

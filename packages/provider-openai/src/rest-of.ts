import { isSameJson } from '@geppetto/turns'

/** What `whole` has more than `said`, which is as writers say it; empty when it has not, or says something else. */
export function restOf(whole: string, said: string): string {
  if (whole.length <= said.length) return ''
  const text = whole.toWellFormed()
  return text.startsWith(said) ? text.slice(said.length) : ''
}

/** Some hosts write the same arguments with other spaces. */
export function isSameText(one: string, other: string): boolean {
  try {
    return isSameJson(JSON.parse(one), JSON.parse(other))
  } catch {
    // What is no JSON is compared as text, and that has been done.
    return false
  }
}

import { isSameJson } from '@geppetto/turns'

/** What `whole` has more than `seen`; empty when it has not, or says something else. */
export function restOf(whole: string, seen: string): string {
  return whole.length > seen.length && whole.startsWith(seen) ? whole.slice(seen.length) : ''
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

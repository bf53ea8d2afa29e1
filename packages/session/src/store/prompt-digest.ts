import { type ContentPart, isJsonObject } from '@geppetto/turns'
import { TextDigest } from './text-digest.ts'

/**
 * A short text that is the same for the same prompt, whatever the order of its fields. It tells prompts apart that are mixed up, not those that are made to
 * look alike: a hash for that could not be had at once.
 */
export function digestOf(content: readonly ContentPart[]): string {
  const digest = new TextDigest()
  addValue(content, (text) => digest.add(text))
  return digest.value
}

function addValue(value: unknown, add: (text: string) => void): void {
  if (Array.isArray(value)) {
    add(`[${value.length}`)
    for (const item of value) addValue(item, add)
  } else if (isJsonObject(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
    add(`{${fields.length}`)
    for (const [name, field] of fields.sort(([one], [other]) => (one < other ? -1 : 1))) {
      add(JSON.stringify(name))
      addValue(field, add)
    }
  } else if (typeof value === 'string') {
    // Where a text ends is part of it: media are long, and are not quoted for that.
    add(`"${value.length}:`)
    add(value)
  } else add(String(value))
}

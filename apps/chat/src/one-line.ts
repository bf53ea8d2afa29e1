import { visibleText } from '@geppetto/turns'

const longestText = 240

/** A label and a text of any length in one line: for a glance, not for reading. */
export function oneLine(label: string, text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  const shown = line.length <= longestText ? line : `${line.slice(0, longestText)}… (${text.length} characters)`
  return visibleText(`${label} ${shown}`)
}

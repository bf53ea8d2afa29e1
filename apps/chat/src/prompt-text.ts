import type { Prompt } from '@geppetto/session'
import { contentText } from '@geppetto/turns'

/** What the user said, as text. */
export function promptText(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : contentText(prompt)
}

import { contentText, type ToolResultBlock } from '@geppetto/turns'

/** The text of a result. The APIs have no other word for how a call ended: where the text does not tell that it went wrong, ours does. */
export function resultText({ content, outcome }: ToolResultBlock): string {
  const text = contentText(content).toWellFormed()
  return text.trim() === '' && outcome !== 'ok' && outcome !== 'pending' ? `The outcome is: ${outcome}.` : text
}

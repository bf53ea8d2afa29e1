/**
 * The text with control characters shown as codes, line breaks and tabs excepted: nothing that a model, a tool or a file says can steer
 * the terminal.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r', '')
    .replace(/[^\P{Cc}\n\t]/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

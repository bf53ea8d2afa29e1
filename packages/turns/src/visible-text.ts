/**
 * The text with control characters shown as codes, line feeds and tabs excepted, and without carriage returns: nothing that a model, a tool or a file says can steer
 * the terminal that shows it.
 */
export function visibleText(text: string): string {
  return (
    text
      // Also where the line feed comes with the next piece of a stream.
      .replaceAll('\r', '')
      .replace(/[^\P{Cc}\n\t]/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
  )
}

import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Sets a text apart by escape sequences of colour, wherever it goes: the screen was asked before. */
export function styled(format: Format, text: string): string {
  return text === '' ? '' : styleText(format, text, { validateStream: false })
}

import { styleText } from 'node:util'

/** How something is set apart on the screen. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string

/** Paints where `screen` shows it: not with NO_COLOR, not on a dumb terminal, not when it is no terminal. */
export function paintFor(screen: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream: screen })
}

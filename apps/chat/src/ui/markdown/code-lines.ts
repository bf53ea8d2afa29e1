import { styled } from '../ink-style.ts'
import { highlighted } from './highlight.ts'
import { wrapText } from './wrap-text.ts'

/** Beyond this many characters a piece of code keeps one colour: while it is written it is drawn many times. */
const longestHighlighted = 20_000

/** A piece of code, a little to the right, without a frame: what is copied from the screen is the code. */
export function codeLines(code: string, language: string | undefined, columns: number): string[] {
  const name = language?.trim().split(/\s/)[0] ?? ''
  const text = code.replaceAll('\t', '  ')
  const painted = text.length > longestHighlighted ? text : highlighted(text, name)
  const lines = painted.split('\n').flatMap((line) => wrapText(line, columns - 2).map((part) => `  ${part}`.trimEnd()))
  return name === '' ? lines : [styled('dim', `  ${name}`), ...lines]
}

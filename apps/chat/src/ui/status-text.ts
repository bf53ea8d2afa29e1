import { displayWidth } from '../display-width.ts'
import type { Status } from './screen-state.ts'

/** What is left out where it does not fit, the least needed first. */
const leftOut: readonly (readonly (keyof Status)[])[] = [
  [],
  ['session'],
  ['session', 'tokens'],
  ['session', 'tokens', 'engine'],
  ['session', 'tokens', 'engine', 'cost'],
]

/** The line under the input, in so many columns: as much of it as fits, and what nobody else shows before what can be asked for. */
export function statusText(status: Status, columns: number): string {
  const texts = leftOut.map((out) => textWithout(status, out))
  return texts.find((text) => text !== '' && displayWidth(text) <= columns) ?? textWithout(status, [])
}

function textWithout({ engine, session, tokens, cost, context }: Status, out: readonly (keyof Status)[]): string {
  return Object.entries({ engine, session, tokens, cost, context })
    .filter(([name, text]) => text !== undefined && !out.some((other) => other === name))
    .map(([, text]) => text)
    .join(' · ')
}

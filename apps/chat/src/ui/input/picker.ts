import type { Key } from 'ink'
import type { Choice } from '../../command.ts'
import { withoutControls } from './edit-keys.ts'

/** A choice that is being made. */
export interface Picking {
  readonly choices: readonly Choice[]
  /** What was typed to find one. */
  readonly filter: string
  /** Which of those that are shown would be taken. */
  readonly selected: number
}

/** What a key comes to: the choice goes on, is made, or is given up. */
export type PickStep =
  | { readonly kind: 'on'; readonly picking: Picking }
  | { readonly kind: 'picked'; readonly choice: Choice }
  | { readonly kind: 'given-up' }

/** Begins with what is on now. */
export function beginPicking(choices: readonly Choice[]): Picking {
  const selected = Math.max(
    0,
    choices.findIndex(({ isCurrent }) => isCurrent),
  )
  return { choices, filter: '', selected }
}

/** Those in which all words that were typed stand. */
export function found({ choices, filter }: Picking): readonly Choice[] {
  const words = filter.toLowerCase().split(/\s+/)
  return choices.filter(({ label, detail }) => {
    const text = `${label} ${detail}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Arrows move, letters search, Enter takes, Escape gives up. */
export function pressPicker(picking: Picking, input: string, key: Key): PickStep {
  const shown = found(picking)
  if (key.escape) return { kind: 'given-up' }
  if (key.return) {
    const choice = shown[picking.selected]
    return choice === undefined ? { kind: 'on', picking } : { kind: 'picked', choice }
  }
  if (key.upArrow || key.downArrow || key.tab) {
    const by = key.upArrow || (key.tab && key.shift) ? -1 : 1
    const count = Math.max(1, shown.length)
    return { kind: 'on', picking: { ...picking, selected: (picking.selected + by + count) % count } }
  }
  const isRemoval = key.backspace || key.delete
  const typed = key.ctrl || key.meta ? '' : withoutControls(input).replaceAll('\n', '')
  const filter = isRemoval ? picking.filter.slice(0, -1) : picking.filter + typed
  return { kind: 'on', picking: filter === picking.filter ? picking : { ...picking, filter, selected: 0 } }
}

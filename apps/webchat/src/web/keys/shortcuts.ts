/** What the page does by keys, beside what the browser does. */
export type ShortcutAction = 'newChat' | 'search' | 'toggleSidebar' | 'showShortcuts' | 'focusPrompt'

/** A key combination; `mod` is the Command key on a Mac, else Control. */
export interface Shortcut {
  readonly action: ShortcutAction
  readonly mod: boolean
  readonly shift: boolean
  /** As `KeyboardEvent.key` has it, in lower case. */
  readonly key: string
  readonly help: string
}

export const shortcuts: readonly Shortcut[] = [
  { action: 'newChat', mod: true, shift: true, key: 'o', help: 'New chat' },
  { action: 'search', mod: true, shift: false, key: 'k', help: 'Search the chats' },
  { action: 'toggleSidebar', mod: true, shift: true, key: 's', help: 'Show or hide the chats' },
  { action: 'focusPrompt', mod: false, shift: true, key: 'escape', help: 'To the prompt' },
  { action: 'showShortcuts', mod: true, shift: false, key: '/', help: 'These shortcuts' },
]

/** The keys of the prompt, for the list. */
export const promptKeys: readonly { readonly keys: readonly string[]; readonly help: string }[] = [
  { keys: ['Enter'], help: 'Send; while an answer is written: send it next' },
  { keys: ['Shift', 'Enter'], help: 'A new line' },
  { keys: ['Escape'], help: 'Stop the answer' },
  { keys: ['↑'], help: 'Edit your last message (in an empty prompt)' },
]

const isMac = /mac|iphone|ipad/i.test(navigator.userAgent)

/** The names of the keys, for people. */
export function keyNames({ mod, shift, key }: Shortcut): readonly string[] {
  const name = key.length === 1 ? key.toUpperCase() : key[0]?.toUpperCase() + key.slice(1)
  return [...(mod ? [isMac ? '⌘' : 'Ctrl'] : []), ...(shift ? ['Shift'] : []), name]
}

/** What these keys do; undefined: nothing. */
export function actionOf(event: KeyboardEvent): ShortcutAction | undefined {
  if (event.altKey || event.isComposing) return undefined
  const mod = isMac ? event.metaKey : event.ctrlKey
  const key = event.key.toLowerCase()
  // What `/` is on some keyboards needs Shift.
  return shortcuts.find(
    (known) => known.key === key && known.mod === mod && (known.shift === event.shiftKey || key === '/'),
  )?.action
}

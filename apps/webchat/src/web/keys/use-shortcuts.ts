import { useEffect, useRef } from 'react'
import { actionOf, type ShortcutAction } from './shortcuts.ts'

/** Does what the keys of the page say, wherever the focus is, but not below a dialog. */
export function useShortcuts(actions: Readonly<Record<ShortcutAction, () => void>>): void {
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const action = actionOf(event)
      if (action === undefined || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      latest.current[action]()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

import { useCallback, useState } from 'react'
import { storage } from './storage.ts'

/** `system`: as the rest of the machine. */
export type Theme = 'system' | 'light' | 'dark'

function readTheme(): Theme {
  const theme = storage.read('theme')
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** How the page looks, and how to change that. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(readTheme)
  const change = useCallback((next: Theme) => {
    storage.write('theme', next === 'system' ? undefined : next)
    if (next === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = next
    setTheme(next)
  }, [])
  return [theme, change]
}

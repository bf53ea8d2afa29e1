import { useCallback, useState } from 'react'
import { storage } from '../state/storage.ts'

/** Under which the browser keeps what was typed. */
export function draftKey(name: string): string {
  return `draft.${name}`
}

/** What was typed and not sent: it is there again after a reload. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const key = draftKey(name)
  const [text, setText] = useState(() => storage.read(key) ?? '')
  const change = useCallback(
    (next: string) => {
      storage.write(key, next === '' ? undefined : next)
      setText(next)
    },
    [key],
  )
  return [text, change]
}

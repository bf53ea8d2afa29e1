import { useCallback, useState } from 'react'
import { storage } from '../state/storage.ts'

/** What was typed and not sent: it is there again after a reload. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const key = `draft.${name}`
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

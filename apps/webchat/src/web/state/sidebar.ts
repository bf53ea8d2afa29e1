import { useCallback, useMemo, useState } from 'react'
import { storage } from './storage.ts'

const wide = matchMedia('(min-width: 800px)')

/** Whether the conversations are shown beside the open one; on a narrow page they lie above it. */
export function useSidebar() {
  const [isOpen, setIsOpen] = useState(() => wide.matches && storage.read('sidebar') !== 'closed')
  const set = useCallback((next: boolean) => {
    if (wide.matches) storage.write('sidebar', next ? undefined : 'closed')
    setIsOpen(next)
  }, [])
  const open = useCallback(() => set(true), [set])
  const toggle = useCallback(() => set(!isOpen), [set, isOpen])
  const close = useCallback(
    (why: 'asked' | 'afterChoice') => {
      if (why === 'asked' || !wide.matches) set(false)
    },
    [set],
  )
  return useMemo(() => ({ isOpen, open, toggle, close }), [isOpen, open, toggle, close])
}

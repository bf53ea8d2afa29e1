import { type RefObject, useEffect, useRef } from 'react'

/** Calls `stop` when Escape is pressed in `area`, or where nothing has the focus, as behind a click into a text; not in what lies over it. */
export function useEscape(area: RefObject<HTMLElement | null>, stop: (() => void) | undefined): void {
  const latest = useRef(stop)
  useEffect(() => {
    latest.current = stop
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.shiftKey || event.defaultPrevented || latest.current === undefined) return
      if (document.querySelector('dialog[open]') !== null) return
      const isHere =
        event.target === document.body || (event.target instanceof Node && area.current?.contains(event.target))
      if (isHere !== true) return
      event.preventDefault()
      latest.current()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [area])
}

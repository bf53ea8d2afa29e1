import { useLayoutEffect, useReducer, useRef } from 'react'

/** So many characters are drawn anew in a frame, at most: more would hold the page up, however fast they come. */
const maxPerFrame = 6_000

/** The text, of which what comes all at once while it grows is shown over several frames. */
export function useSteady(text: string, grows: boolean): string {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  // What was there from the beginning, and does not grow, is shown as it is.
  const shown = useRef(grows ? 0 : text.length)
  const length = Math.min(text.length, shown.current + maxPerFrame)
  useLayoutEffect(() => {
    if (length === text.length) {
      shown.current = length
      return
    }
    const frame = requestAnimationFrame(() => {
      shown.current = length
      drawAgain()
    })
    return () => cancelAnimationFrame(frame)
  })
  return length === text.length ? text : text.slice(0, length)
}

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** So near to its end a transcript counts as read to its end, in pixels. */
const nearness = 48

/** Keeps the end of what grows in sight, as long as the reader has not gone up to read. */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const sticks = useRef(true)
  const [isAway, setIsAway] = useState(false)
  const toEnd = useCallback(
    (behavior: ScrollBehavior = 'instant') => {
      sticks.current = true
      setIsAway(false)
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior })
    },
    [scroller],
  )
  useEffect(() => {
    const element = scroller.current
    if (element === null || content.current === null) return
    let lastTop = element.scrollTop
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element
      const isAtEnd = scrollHeight - scrollTop - clientHeight < nearness
      // What grows moves the end away: only going up means reading.
      if (scrollTop < lastTop - 1 && !isAtEnd) sticks.current = false
      else if (isAtEnd) sticks.current = true
      lastTop = scrollTop
      setIsAway(!sticks.current)
    }
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight
    })
    const onClick = ({ target }: MouseEvent) => {
      // What is unfolded is to be read from its beginning.
      if (target instanceof Element && target.closest('summary') !== null) sticks.current = false
    }
    observer.observe(content.current)
    element.addEventListener('click', onClick)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('click', onClick)
    }
  }, [scroller, content])
  return { isAway, toEnd }
}

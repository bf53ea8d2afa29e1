import type { SessionState } from '@geppetto/client'
import { useEffect, useRef, useState } from 'react'
import { adviceForRun } from '../state/advice.ts'

/** So much of an answer is read out by itself. */
const maxRead = 500

/** What those hear who do not see the page: that an answer is being written, and the answer, once it is there; never its single words. */
export function useAnnouncement(state: SessionState): string {
  const [words, setWords] = useState('')
  const latest = useRef(state)
  latest.current = state
  const isRunning = state.run.status === 'running'
  const wasRunning = useRef(false)
  useEffect(() => {
    if (isRunning) setWords('The answer is being written.')
    else if (wasRunning.current) setWords(endOf(latest.current))
    wasRunning.current = isRunning
  }, [isRunning])
  return words
}

function endOf({ run, turns }: SessionState): string {
  const { last } = run
  if (last?.error !== undefined) {
    const { title, advice } = adviceForRun(last.error)
    return `${title}. ${advice}`
  }
  if (last?.status === 'cancelled') return 'Stopped.'
  const text = (turns.at(-1)?.blocks ?? [])
    .flatMap((block) => (block.kind === 'assistant' ? [block.text] : []))
    .join('\n')
  return `Answer: ${text.length > maxRead ? `${text.slice(0, maxRead)}…` : text}`
}

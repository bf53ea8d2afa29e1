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
  const lastRunId = state.run.last?.runId
  // What ended before the page was there is not news, unless it was said here.
  const told = useRef<string | undefined>(undefined)
  const isFresh = useRef(false)
  if (!state.isLoaded && state.pending.length > 0) isFresh.current = true
  const { isLoaded } = state
  useEffect(() => {
    if (isLoaded && !isFresh.current) told.current = latest.current.run.last?.runId
  }, [isLoaded])
  useEffect(() => {
    if (isRunning) setWords('The answer is being written.')
    else if (isLoaded && lastRunId !== told.current) {
      told.current = lastRunId
      setWords(endOf(latest.current))
    }
  }, [isRunning, isLoaded, lastRunId])
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

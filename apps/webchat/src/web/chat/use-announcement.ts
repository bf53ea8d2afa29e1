import type { SessionState } from '@geppetto/client'
import { useEffect, useRef, useState } from 'react'
import { noteOfRun, sentences, waitingCalls } from './answer-note.ts'

/** So much of an answer is read out by itself. */
const maxRead = 500

/**
 * What those hear who do not see the page: that an answer is being written, which tool asks, and the answer, once it is there; never its single
 * words.
 */
export function useAnnouncement(state: SessionState, asking: string | undefined): string {
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
    if (isRunning)
      setWords(asking === undefined ? 'The answer is being written.' : `May ${asking} run? It waits for you.`)
    else if (isLoaded && lastRunId !== told.current) {
      told.current = lastRunId
      setWords(endOf(latest.current))
    }
  }, [isRunning, isLoaded, lastRunId, asking])
  return words
}

function endOf({ run, turns }: SessionState): string {
  const head = turns.at(-1)
  const note = noteOfRun(run, head)
  const isInterrupted = run.status === 'interrupted'
  if (note !== undefined) return sentences(isInterrupted ? 'Interrupted' : '', note.title, note.advice)
  if (head === undefined) return ''
  const waiting = waitingCalls(head).map(({ name }) => name)
  if (waiting.length > 0) return `Waits for you to say what came of ${waiting.join(', ')}.`
  const text = head.blocks.flatMap((block) => (block.kind === 'assistant' ? [block.text] : [])).join('\n')
  return `Answer: ${text.length > maxRead ? `${text.slice(0, maxRead)}…` : text}`
}

import { isClientError } from '@geppetto/client'
import { useCallback, useState } from 'react'
import { type Advice, adviceForClient } from '../state/advice.ts'

/** What could not be done, and how it is tried without the page breaking. */
export function useProblem() {
  const [problem, setProblem] = useState<Advice>()
  const attempt = useCallback(async (work: Promise<unknown>) => {
    try {
      await work
      setProblem(undefined)
    } catch (error) {
      if (!isClientError(error)) throw error
      setProblem(adviceForClient(error))
    }
  }, [])
  const clear = useCallback(() => setProblem(undefined), [])
  return { problem, attempt, clear }
}

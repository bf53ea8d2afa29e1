import { type ClientError, isClientError, type ProfileList } from '@geppetto/client'
import { useEffect, useState } from 'react'
import type { ModelFactsById } from '../../shared/facts.ts'
import { client, readModelFacts } from './client.ts'

/** What can answer, and what is known of it. */
export interface KnownProfiles {
  readonly list: ProfileList | undefined
  readonly facts: ModelFactsById
  readonly error: ClientError | undefined
}

const none: KnownProfiles = { list: undefined, facts: {}, error: undefined }

/** How long a server that was not reached is left alone, in milliseconds. */
const pauseMs = 3_000

/** Asks the server what can answer, until it says so. */
export function useProfiles(): KnownProfiles {
  const [known, setKnown] = useState(none)
  useEffect(() => {
    let isGone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const load = async () => {
      try {
        const [list, facts] = await Promise.all([client.profiles(), readModelFacts()])
        if (!isGone) setKnown({ list, facts, error: undefined })
      } catch (error) {
        if (isGone) return
        // What `fetch` throws is a TypeError: the server was not reached.
        setKnown({ ...none, error: isClientError(error) ? error : undefined })
        timer = setTimeout(load, pauseMs)
      }
    }
    void load()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [])
  return known
}

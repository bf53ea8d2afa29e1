import type { PendingPrompt, SessionState } from '@geppetto/client'
import { useEffect, useRef } from 'react'
import { storage } from '../state/storage.ts'
import { draftKey } from './use-draft.ts'

/** Keeps the text of what could not be sent when the page is left: it is in the prompt again when it is back. */
export function useUnsentDraft({ sessionId, pending, connection }: SessionState): void {
  const unsent = useRef<readonly string[]>([])
  const isCut = connection === 'offline' || connection === 'waiting' || connection === 'failed'
  // While the server answers, what is on its way arrives.
  unsent.current = pending.filter(({ state }) => state === 'failed' || isCut).map(textOf)
  useEffect(() => {
    const onLeave = () => {
      const draft = storage.read(draftKey(sessionId)) ?? ''
      // A page may be left more than once: the browser can bring it back as it was.
      const texts = unsent.current.filter((text) => text !== '' && !draft.includes(text))
      if (texts.length > 0) storage.write(draftKey(sessionId), [...texts, draft].join('\n\n').trimEnd())
    }
    addEventListener('pagehide', onLeave)
    return () => removeEventListener('pagehide', onLeave)
  }, [sessionId])
}

function textOf({ content }: PendingPrompt): string {
  if (typeof content === 'string') return content
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

import type { PendingPrompt, PromptContent, QueuedPromptView, SessionClient } from '@geppetto/client'
import { contentText } from '@geppetto/turns'
import { Clock, X } from 'lucide-react'
import { adviceForClient } from '../state/advice.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Media } from './media.tsx'
import { SaidText } from './said-text.tsx'

/** What was said and is not in the conversation yet: on its way, refused, or in line behind the answer that is being written. */
export function Unsent({
  pending,
  queue,
  session,
  isOffline,
  onProblem,
}: {
  readonly pending: readonly PendingPrompt[]
  readonly queue: readonly QueuedPromptView[]
  readonly session: SessionClient
  readonly isOffline: boolean
  readonly onProblem: (work: Promise<unknown>) => void
}) {
  return (
    <>
      {queue.map(({ runId, prompt }) => (
        <div key={runId} className="user-message waiting">
          <Media parts={prompt} />
          <SaidText text={contentText(prompt)} />
          <p className="message-note">
            <Clock aria-hidden="true" />
            Waits for the answer before it
            <IconButton label="Do not send it" onClick={() => onProblem(session.withdraw(runId))}>
              <X />
            </IconButton>
          </p>
        </div>
      ))}
      {pending.map((prompt) => (
        <PendingMessage key={prompt.requestId} prompt={prompt} session={session} isOffline={isOffline} />
      ))}
    </>
  )
}

function PendingMessage({
  prompt,
  session,
  isOffline,
}: {
  readonly prompt: PendingPrompt
  readonly session: SessionClient
  readonly isOffline: boolean
}) {
  const { requestId, content, state, error } = prompt
  const advice = error === undefined ? undefined : adviceForClient(error)
  return (
    <div className={`user-message ${state}`}>
      <SaidText text={textOf(content)} />
      {advice === undefined ? (
        <p className="message-note">{isOffline ? 'Waits for the network' : 'Sending…'}</p>
      ) : (
        <div className="message-note failed" role="alert">
          <p>
            <strong>Not sent: {advice.title}.</strong> {advice.advice}
          </p>
          <button
            type="button"
            className="button small"
            onClick={() => session.retry(requestId, { whenBusy: 'queue' })}
          >
            Try again
          </button>
          <button type="button" className="button small" onClick={() => session.discard(requestId)}>
            Discard
          </button>
        </div>
      )}
    </div>
  )
}

function textOf(content: PromptContent): string {
  if (typeof content === 'string') return content
  const files = content.filter(({ type }) => type !== 'text').length
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
  return files === 0 ? text : `${text}${text === '' ? '' : '\n'}(${files === 1 ? 'a file' : `${files} files`})`
}

import type { ClientError } from '@geppetto/client'
import { adviceForClient } from '../state/advice.ts'
import { goTo } from '../state/route.ts'

/** Before a conversation is there. */
export function Loading() {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading the chat</span>
      <div />
      <div />
      <div />
    </div>
  )
}

/** A conversation that cannot be had, and what to do. */
export function LoadFailed({ error }: { readonly error: ClientError }) {
  const { title, advice } = adviceForClient(error)
  return (
    <div className="load-failed" role="alert">
      <h2>{title}</h2>
      <p>{advice}</p>
      <div>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
        <button type="button" className="button primary" onClick={() => goTo(undefined)}>
          New chat
        </button>
      </div>
    </div>
  )
}

import type { ClientError, SessionState } from '@geppetto/client'
import { Wifi, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { adviceForClient } from '../state/advice.ts'

/** How long it says that the connection is back, in milliseconds. */
const shownMs = 2_500

/** Says that what is shown may be old, and when it is new again. */
export function ConnectionBanner({
  connection,
  error,
}: {
  readonly connection: SessionState['connection']
  /** Why it is not tried any more. */
  readonly error: ClientError | undefined
}) {
  const isLost = connection === 'offline' || connection === 'waiting'
  const [wasLost, setWasLost] = useState(false)
  useEffect(() => {
    if (isLost) setWasLost(true)
    if (connection !== 'live') return
    const timer = setTimeout(() => setWasLost(false), shownMs)
    return () => clearTimeout(timer)
  }, [isLost, connection])
  const isBack = wasLost && connection === 'live'
  const words =
    connection === 'offline'
      ? 'You are offline. What you send leaves when the network is back.'
      : connection === 'live'
        ? 'Connected again.'
        : 'The server does not answer. Trying again…'
  if (error !== undefined) return <Failed error={error} />
  return (
    <div role="status" className="connection">
      {(isLost || wasLost) && (
        <p data-state={isBack ? 'back' : 'lost'}>
          {isBack ? <Wifi aria-hidden="true" /> : <WifiOff aria-hidden="true" />}
          {words}
        </p>
      )}
    </div>
  )
}

function Failed({ error }: { readonly error: ClientError }) {
  const { title, advice } = adviceForClient(error)
  return (
    <div role="alert" className="connection">
      <p data-state="lost">
        <WifiOff aria-hidden="true" />
        <span>
          {title}. {advice}{' '}
          <button type="button" className="link" onClick={() => location.reload()}>
            Reload
          </button>
        </span>
      </p>
    </div>
  )
}

import type { SessionClient, SessionState } from '@geppetto/client'
import type { Block } from '@geppetto/turns'
import { ArrowDown } from 'lucide-react'
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import { decideApproval } from '../state/client.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { RunNote } from './run-note.tsx'
import { Turn, type TurnActions } from './turn.tsx'
import { Unsent } from './unsent.tsx'
import type { useStickToEnd } from './use-stick-to-end.ts'

interface Props {
  readonly state: SessionState
  readonly session: SessionClient
  readonly approvals: ReadonlySet<string>
  readonly attempt: (work: Promise<unknown>) => Promise<void>
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly content: RefObject<HTMLDivElement | null>
  readonly end: ReturnType<typeof useStickToEnd>
  readonly edited: string | undefined
  readonly onEdit: (turnId: string | undefined) => void
}

const noProgress = {}
const noApprovals: ReadonlySet<string> = new Set()

/** The conversation. */
export function Transcript({ state, session, approvals, attempt, scroller, content, end, edited, onEdit }: Props) {
  const { turns, run, earlier, queue, pending, progress } = state
  const isBusy = run.status === 'running' || run.status === 'stopping'
  const head = turns.at(-1)?.turnId
  const keepPlace = usePlaceKept(scroller, turns[0]?.turnId)
  const actions = useActions(session, attempt, onEdit)
  const onDecide = useCallback(
    async (callId: string, isAllowed: boolean) => {
      await decideApproval(session.sessionId, callId, isAllowed)
    },
    [session],
  )
  return (
    <div className="scroller" ref={scroller}>
      <div className="transcript" ref={content}>
        {earlier > 0 && (
          <button
            type="button"
            className="button earlier"
            onClick={() => {
              keepPlace()
              session.loadEarlier()
            }}
          >
            Show earlier messages
          </button>
        )}
        {turns.map((turn) => {
          const isLive = isBusy && turn.turnId === head
          return (
            <Turn
              key={turn.turnId}
              turn={turn}
              isLive={isLive}
              isBusy={isBusy}
              progress={isLive ? progress : noProgress}
              approvals={isLive ? approvals : noApprovals}
              onDecide={onDecide}
              actions={actions}
              isEdited={turn.turnId === edited}
              onEdit={onEdit}
            />
          )
        })}
        <RunNote
          run={run}
          head={head}
          hasAnswer={turns.at(-1)?.blocks.some(isAnswer) === true}
          onResume={() => void attempt(session.resume())}
          onRetry={() => void attempt(session.regenerate())}
        />
        <Unsent
          pending={pending}
          queue={queue}
          session={session}
          isOffline={state.connection === 'offline'}
          onProblem={(work) => void attempt(work)}
        />
      </div>
      {end.isAway && (
        <IconButton label="To the latest message" className="to-end" onClick={() => end.toEnd('smooth')}>
          <ArrowDown />
        </IconButton>
      )}
    </div>
  )
}

function isAnswer({ kind }: Block): boolean {
  return kind !== 'user' && kind !== 'system'
}

/** What was in sight stays there when something comes above it, as the browser sees to everywhere but at the very top. */
function usePlaceKept(scroller: RefObject<HTMLElement | null>, first: string | undefined): () => void {
  const fromEnd = useRef<number>(undefined)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || fromEnd.current === undefined) return
    element.scrollTop = element.scrollHeight - fromEnd.current
    fromEnd.current = undefined
  }, [scroller, first])
  return () => {
    const element = scroller.current
    if (element !== null) fromEnd.current = element.scrollHeight - element.scrollTop
  }
}

/** The same object as long as the session is the same: turns that have not changed are not drawn anew. */
function useActions(
  session: SessionClient,
  attempt: (work: Promise<unknown>) => Promise<void>,
  onEdit: (turnId: string | undefined) => void,
): TurnActions {
  return useMemo(
    () => ({
      regenerate: (turnId) => void attempt(session.regenerate(turnId)),
      checkout: (tipId) => void attempt(session.checkout(tipId)),
      edit: (turnId, content) => attempt(session.edit(turnId, content).then(() => onEdit(undefined))),
    }),
    [session, attempt, onEdit],
  )
}

import type { SessionClient, SessionState } from '@geppetto/client'
import { ArrowDown } from 'lucide-react'
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import { focusPrompt } from '../composer/focus-prompt.ts'
import { decideApproval } from '../state/client.ts'
import { goTo } from '../state/route.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { noteOfRun, waitingCalls } from './answer-note.ts'
import { RunNote } from './run-note.tsx'
import { ToolAnswers } from './tool-answers.tsx'
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

/** What is said where a model that has ended is to go on. */
const goOn = 'Go on where you stopped.'

const noProgress = {}
const noApprovals: ReadonlySet<string> = new Set()

/** The conversation. */
export function Transcript({ state, session, approvals, attempt, scroller, content, end, edited, onEdit }: Props) {
  const { turns, run, earlier, queue, pending, progress } = state
  const isBusy = run.status === 'running' || run.status === 'stopping'
  const head = turns.at(-1)
  const isNoted = noteOfRun(run, head) !== undefined
  const waiting = head === undefined || isBusy ? [] : waitingCalls(head)
  const keepPlace = usePlaceKept(scroller, turns[0]?.turnId)
  const actions = useActions(session, attempt, onEdit)
  const onDecide = useCallback(
    async (callId: string, isAllowed: boolean) => {
      await decideApproval(session.sessionId, callId, isAllowed)
    },
    [session],
  )
  const say = (work: Promise<unknown>) => {
    // What was pressed goes, and the focus with it.
    focusPrompt()
    return attempt(work)
  }
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
          const isHead = turn === head
          const isLive = isBusy && isHead
          return (
            <Turn
              // By its place: where another version takes it, what has the focus keeps it.
              key={turn.parentId ?? 'first'}
              turn={turn}
              isLive={isLive}
              isNoted={isHead && isNoted}
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
          onResume={() => void say(session.resume())}
          onContinue={() => void say(session.submit(goOn))}
          onRetry={() => void say(session.regenerate())}
        />
        {waiting.length > 0 && (
          <ToolAnswers key={head?.turnId} calls={waiting} onAnswer={(answers) => say(session.answer(answers))} />
        )}
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
      regenerate: (turnId) => {
        focusPrompt()
        void attempt(session.regenerate(turnId))
      },
      fork: (turnId) => {
        const { title } = session.getState()
        const forked = session.fork(turnId, title === undefined ? undefined : `${title} (from there)`)
        void attempt(forked.then(({ sessionId }) => goTo(sessionId)))
      },
      checkout: (tipId) => void attempt(session.checkout(tipId)),
      edit: (turnId, content) => attempt(session.edit(turnId, content).then(() => onEdit(undefined))),
    }),
    [session, attempt, onEdit],
  )
}

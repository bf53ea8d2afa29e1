import { type UsedSessions, useSession } from '@geppetto/react'
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { Composer } from '../composer/composer.tsx'
import { ProfileMenu } from '../composer/profile-menu.tsx'
import { client } from '../state/client.ts'
import type { KnownProfiles } from '../state/profiles.ts'
import { UsageMeter } from '../usage/usage-meter.tsx'
import { ChatHeader } from './chat-header.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { LoadFailed, Loading } from './loading.tsx'
import { ProblemBar } from './problem-bar.tsx'
import { Transcript } from './transcript.tsx'
import { useAnnouncement } from './use-announcement.ts'
import { useApprovals } from './use-approvals.ts'
import { useProblem } from './use-problem.ts'
import { useStickToEnd } from './use-stick-to-end.ts'

/** For those who look for faults: loaded when it is opened. */
const DebugPanel = lazy(() => import('../../debug/debug-panel.tsx'))

interface Props {
  readonly sessionId: string
  readonly profiles: KnownProfiles
  readonly sessions: UsedSessions
  readonly isSidebarOpen: boolean
  readonly onOpenSidebar: () => void
}

/** A conversation that the server has. */
export function SessionChat({ sessionId, profiles, sessions, isSidebarOpen, onOpenSidebar }: Props) {
  const { state, session } = useSession(client, sessionId)
  const { problem, attempt, clear } = useProblem()
  const approvals = useApprovals(session, state)
  const announcement = useAnnouncement(state)
  const [edited, setEdited] = useState<string>()
  const [showsDebug, setShowsDebug] = useState(false)
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const end = useStickToEnd(scroller, content)
  const { turns, run, isLoaded, error, title = 'New chat', connection } = state
  const isBusy = run.status === 'running' || run.status === 'stopping'
  const profile = state.profile ?? profiles.list?.defaultProfile
  useListRefresh(sessions.refresh, `${title} ${run.status}`)
  useEffect(() => {
    document.title = `${title} · Geppetto`
  }, [title])
  const stop = useCallback(() => void attempt(session.cancel()), [attempt, session])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.shiftKey || event.defaultPrevented || run.status !== 'running') return
    event.preventDefault()
    stop()
  }
  if (error !== undefined && (!isLoaded || error.code === 'no_such_session')) {
    return (
      <main className="chat">
        <ChatHeader title="Geppetto" isSidebarOpen={isSidebarOpen} onOpenSidebar={onOpenSidebar} />
        <LoadFailed error={error} />
      </main>
    )
  }
  return (
    <main className="chat" onKeyDown={onKeyDown}>
      <ChatHeader
        title={title}
        isSidebarOpen={isSidebarOpen}
        onOpenSidebar={onOpenSidebar}
        debug={{ isOpen: showsDebug, toggle: () => setShowsDebug(!showsDebug) }}
      />
      <ConnectionBanner connection={connection} error={error} />
      <div className="chat-body">
        <div className="conversation">
          {!isLoaded && <Loading />}
          <Transcript
            state={state}
            session={session}
            approvals={approvals}
            attempt={attempt}
            scroller={scroller}
            content={content}
            end={end}
            edited={edited}
            onEdit={setEdited}
          />
          <ProblemBar problem={problem} onClose={clear} />
          <Composer
            draftName={sessionId}
            uploads={profiles.list?.uploads}
            run={run.status}
            onStop={stop}
            onSubmit={(said) => {
              end.toEnd()
              void session.submit(said, { whenBusy: 'queue', ...(profile === undefined ? {} : { profile }) })
              return true
            }}
            onEditLast={() => {
              if (!isBusy) setEdited(turns.at(-1)?.turnId)
            }}
          >
            <ProfileMenu
              list={profiles.list}
              chosen={profile}
              onChoose={(id) => void attempt(session.change({ profile: id }))}
            />
            <UsageMeter turns={turns} profile={profile} profiles={profiles} isPartial={state.earlier > 0} />
          </Composer>
        </div>
        {showsDebug && (
          <Suspense fallback={<aside className="debug-panel" aria-busy="true" />}>
            <DebugPanel session={session} state={state} onClose={() => setShowsDebug(false)} />
          </Suspense>
        )}
      </div>
      <div role="status" className="visually-hidden">
        {announcement}
      </div>
    </main>
  )
}

/** The list shows titles, and who is answered: it is asked again when these change. */
function useListRefresh(refresh: () => void, facts: string): void {
  const known = useRef(facts)
  useEffect(() => {
    if (known.current === facts) return
    known.current = facts
    refresh()
  }, [refresh, facts])
}

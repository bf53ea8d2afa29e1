import type { SessionState } from '@geppetto/client'
import { type UsedSessions, useSession } from '@geppetto/react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { Composer } from '../composer/composer.tsx'
import { focusPrompt } from '../composer/focus-prompt.ts'
import { ProfileMenu } from '../composer/profile-menu.tsx'
import { useUnsentDraft } from '../composer/unsent-draft.ts'
import { useEscape } from '../keys/use-escape.ts'
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
  const asking = askingTool(state, approvals)
  const announcement = useAnnouncement(state, asking)
  const [edited, setEdited] = useState<string>()
  const edit = useCallback((turnId: string | undefined) => {
    setEdited(turnId)
    if (turnId === undefined) focusPrompt()
  }, [])
  const [showsDebug, setShowsDebug] = useState(false)
  const main = useRef<HTMLElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const end = useStickToEnd(scroller, content)
  const { turns, run, isLoaded, error, title = 'New chat', connection } = state
  const isBusy = run.status === 'running' || run.status === 'stopping'
  const profile = state.profile ?? profiles.list?.defaultProfile
  useListRefresh(sessions.refresh, `${title} ${run.status}`)
  useEffect(() => {
    document.title = `${asking === undefined ? '' : 'Waits for you: '}${title} · Geppetto`
  }, [title, asking])
  const stop = useCallback(() => void attempt(session.cancel()), [attempt, session])
  useUnsentDraft(state)
  useEscape(main, run.status === 'running' ? stop : undefined)
  if (error !== undefined && (!isLoaded || error.code === 'no_such_session')) {
    return (
      <main className="chat">
        <ChatHeader title="Geppetto" isSidebarOpen={isSidebarOpen} onOpenSidebar={onOpenSidebar} />
        <LoadFailed error={error} />
      </main>
    )
  }
  return (
    <main className="chat" ref={main}>
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
            onEdit={edit}
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
              if (!isBusy) edit(turns.at(-1)?.turnId)
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

/** The name of a tool that waits for a yes. */
function askingTool({ turns }: SessionState, approvals: ReadonlySet<string>): string | undefined {
  if (approvals.size === 0) return undefined
  const calls = turns.at(-1)?.blocks.filter((block) => block.kind === 'tool-call')
  return calls?.find(({ callId }) => approvals.has(callId))?.name
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

import { useSessions } from '@geppetto/react'
import { useCallback, useState } from 'react'
import { NewChat } from './chat/new-chat.tsx'
import { SessionChat } from './chat/session-chat.tsx'
import { ShortcutsDialog } from './keys/shortcuts-dialog.tsx'
import { useShortcuts } from './keys/use-shortcuts.ts'
import { Sidebar } from './sidebar/sidebar.tsx'
import { useFreshList } from './sidebar/use-fresh-list.ts'
import { client } from './state/client.ts'
import { useProfiles } from './state/profiles.ts'
import { goTo, useSessionId } from './state/route.ts'
import { useSidebar } from './state/sidebar.ts'

/** The page: the conversations, and the one that is open. */
export function App() {
  const sessionId = useSessionId()
  const [search, setSearch] = useState('')
  const sessions = useSessions(client, { search })
  useFreshList(sessions, sessionId)
  const profiles = useProfiles()
  const sidebar = useSidebar()
  const [showsShortcuts, setShowsShortcuts] = useState(false)
  const { close } = sidebar
  const open = useCallback(
    (id: string | undefined) => {
      goTo(id)
      close('afterChoice')
    },
    [close],
  )
  useShortcuts({
    newChat: () => open(undefined),
    search: () => {
      sidebar.open()
      requestAnimationFrame(() => document.getElementById('session-search')?.focus())
    },
    toggleSidebar: sidebar.toggle,
    showShortcuts: () => setShowsShortcuts(true),
    focusPrompt: () => document.getElementById('prompt')?.focus(),
  })
  const common = { profiles, sessions, onOpenSidebar: sidebar.open, isSidebarOpen: sidebar.isOpen }
  return (
    <div className="app" data-sidebar={sidebar.isOpen ? 'open' : 'closed'}>
      <a className="skip-link" href="#prompt">
        Skip to the prompt
      </a>
      <Sidebar
        sessions={sessions}
        current={sessionId}
        search={search}
        onSearch={setSearch}
        onOpen={open}
        onClose={() => close('asked')}
        onShowShortcuts={() => setShowsShortcuts(true)}
        isOpen={sidebar.isOpen}
      />
      {sessionId === undefined ? (
        <NewChat {...common} />
      ) : (
        <SessionChat key={sessionId} sessionId={sessionId} {...common} />
      )}
      {showsShortcuts && <ShortcutsDialog onClose={() => setShowsShortcuts(false)} />}
    </div>
  )
}

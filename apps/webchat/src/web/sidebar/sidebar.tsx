import type { UsedSessions } from '@geppetto/react'
import { Keyboard, Monitor, Moon, PanelLeftClose, Search, SquarePen, Sun } from 'lucide-react'
import { adviceForClient } from '../state/advice.ts'
import { type Theme, useTheme } from '../state/theme.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import { groupsOf } from './group-sessions.ts'
import { SessionItem } from './session-item.tsx'

interface Props {
  readonly sessions: UsedSessions
  readonly current: string | undefined
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onOpen: (sessionId: string | undefined) => void
  readonly onClose: () => void
  readonly onShowShortcuts: () => void
  readonly isOpen: boolean
}

/** The conversations. */
export function Sidebar({ sessions, current, search, onSearch, onOpen, onClose, onShowShortcuts, isOpen }: Props) {
  return (
    <>
      {isOpen && <button type="button" className="backdrop" aria-label="Close the chats" onClick={onClose} />}
      <nav className="sidebar" aria-label="Chats" inert={!isOpen}>
        <header>
          <span className="brand">
            <img src="/icon.svg" alt="" width={26} height={26} />
            Geppetto
          </span>
          <IconButton label="Hide the chats" onClick={onClose}>
            <PanelLeftClose />
          </IconButton>
        </header>
        <button type="button" className="new-chat" onClick={() => onOpen(undefined)}>
          <SquarePen />
          New chat
        </button>
        <search className="session-search">
          <Search aria-hidden="true" />
          <input
            id="session-search"
            type="search"
            aria-label="Search the chats"
            placeholder="Search"
            value={search}
            onChange={(event) => onSearch(event.target.value)}
          />
        </search>
        <div className="session-list">
          {groupsOf(sessions.sessions, Date.now()).map(({ title, sessions: members }) => (
            <section key={title} aria-label={title}>
              <h2>{title}</h2>
              <ul>
                {members.map((session) => (
                  <SessionItem
                    key={session.sessionId}
                    session={session}
                    isCurrent={session.sessionId === current}
                    onOpen={onOpen}
                    onChanged={sessions.refresh}
                    remove={sessions.remove}
                  />
                ))}
              </ul>
            </section>
          ))}
          {sessions.hasMore && (
            <button type="button" className="more" onClick={sessions.loadMore} disabled={sessions.isLoading}>
              Show more
            </button>
          )}
          <NoSessions sessions={sessions} search={search} />
        </div>
        <footer>
          <ThemeMenu />
          <IconButton label="Keyboard shortcuts" onClick={onShowShortcuts}>
            <Keyboard />
          </IconButton>
        </footer>
      </nav>
    </>
  )
}

function NoSessions({ sessions, search }: { readonly sessions: UsedSessions; readonly search: string }) {
  const { error, isLoading } = sessions
  if (error !== undefined) {
    const { title, advice } = adviceForClient(error)
    return (
      <p className="sidebar-note" role="alert">
        {title}. {advice}{' '}
        <button type="button" className="link" onClick={sessions.refresh}>
          Try again
        </button>
      </p>
    )
  }
  if (isLoading || sessions.sessions.length > 0) return null
  return (
    <p className="sidebar-note">
      {search.trim() === '' ? 'Your chats will be listed here.' : `Nothing was found for “${search.trim()}”.`}
    </p>
  )
}

const themes: readonly { readonly id: Theme; readonly label: string; readonly icon: React.ReactNode }[] = [
  { id: 'system', label: 'As the system', icon: <Monitor /> },
  { id: 'light', label: 'Light', icon: <Sun /> },
  { id: 'dark', label: 'Dark', icon: <Moon /> },
]

function ThemeMenu() {
  const [theme, setTheme] = useTheme()
  const items = themes.map((choice) => ({
    ...choice,
    isChosen: choice.id === theme,
    onSelect: () => setTheme(choice.id),
  }))
  return (
    <Menu
      label="Appearance"
      place="above"
      className="theme-menu"
      items={items}
      button={themes.find(({ id }) => id === theme)?.icon}
    />
  )
}

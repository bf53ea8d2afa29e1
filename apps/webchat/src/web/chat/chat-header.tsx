import { Bug, PanelLeftOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/icon-button.tsx'

/** Above a conversation: what it is called, and what there is beside it. */
export function ChatHeader({
  title,
  isSidebarOpen,
  onOpenSidebar,
  debug,
  children,
}: {
  /** Absent where what is below has a title of its own. */
  readonly title?: string
  readonly isSidebarOpen: boolean
  readonly onOpenSidebar: () => void
  /** The panel for those who look for faults; absent where there is nothing to look at. */
  readonly debug?: { readonly isOpen: boolean; readonly toggle: () => void }
  readonly children?: ReactNode
}) {
  return (
    <header className="chat-header">
      {!isSidebarOpen && (
        <IconButton label="Show the chats" onClick={onOpenSidebar}>
          <PanelLeftOpen />
        </IconButton>
      )}
      {title === undefined ? <span className="spacer" /> : <h1 title={title}>{title}</h1>}
      {children}
      {debug !== undefined && (
        <IconButton label="Debug" aria-pressed={debug.isOpen} onClick={debug.toggle}>
          <Bug />
        </IconButton>
      )}
    </header>
  )
}

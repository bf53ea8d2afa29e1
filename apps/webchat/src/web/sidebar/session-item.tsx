import type { SessionInfo } from '@geppetto/client'
import { isClientError } from '@geppetto/client'
import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { type MouseEvent, useState } from 'react'
import { adviceForClient } from '../state/advice.ts'
import { client } from '../state/client.ts'
import { addressOf } from '../state/route.ts'
import { Menu } from '../ui/menu.tsx'
import { DeleteDialog, RenameDialog } from './session-dialogs.tsx'

interface Props {
  readonly session: SessionInfo
  readonly isCurrent: boolean
  readonly onOpen: (sessionId: string | undefined) => void
  readonly onChanged: () => void
  readonly remove: (sessionId: string) => Promise<void>
}

/** A conversation in the list, and what can be done with it. */
export function SessionItem({ session, isCurrent, onOpen, onChanged, remove }: Props) {
  const { sessionId, title = 'New chat', isRunning } = session
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const [problem, setProblem] = useState<string>()
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
      setProblem(undefined)
      setDialog(undefined)
    } catch (error) {
      if (!isClientError(error)) throw error
      const { title, advice } = adviceForClient(error)
      setProblem(`${title}. ${advice}`)
    }
  }
  const follow = (event: MouseEvent) => {
    // With a key, the browser opens a tab.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onOpen(sessionId)
  }
  const closeDialog = () => {
    setDialog(undefined)
    setProblem(undefined)
  }
  return (
    <li className="session-item" data-current={isCurrent}>
      <a href={addressOf(sessionId)} aria-current={isCurrent ? 'page' : undefined} onClick={follow} title={title}>
        <span className="session-title">{title}</span>
        {isRunning && <span className="running-dot" role="img" aria-label="is answering" />}
      </a>
      <Menu
        label={`Options of ${title}`}
        className="session-menu"
        button={<Ellipsis />}
        items={[
          { id: 'rename', label: 'Rename', icon: <Pencil />, onSelect: () => setDialog('rename') },
          { id: 'delete', label: 'Delete', icon: <Trash2 />, isDangerous: true, onSelect: () => setDialog('delete') },
        ]}
      />
      {dialog === 'rename' && (
        <RenameDialog
          title={title}
          problem={problem}
          onClose={closeDialog}
          onRename={(next) =>
            attempt(async () => {
              await client.session(sessionId).change({ title: next })
              onChanged()
            })
          }
        />
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          title={title}
          problem={problem}
          onClose={closeDialog}
          onDelete={() =>
            attempt(async () => {
              await remove(sessionId)
              if (isCurrent) onOpen(undefined)
            })
          }
        />
      )}
    </li>
  )
}

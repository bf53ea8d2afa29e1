import { type FormEvent, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'

/** The longest name of a conversation. */
const maxTitle = 200

export function RenameDialog({
  title,
  problem,
  onClose,
  onRename,
}: {
  readonly title: string
  readonly problem: string | undefined
  readonly onClose: () => void
  readonly onRename: (title: string) => void
}) {
  const [name, setName] = useState(title)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') onRename(name.trim())
  }
  return (
    <Dialog title="Rename the chat" onClose={onClose}>
      <form onSubmit={submit}>
        <input
          aria-label="Name"
          value={name}
          maxLength={maxTitle}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
          autoFocus
        />
        <Problem text={problem} />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={name.trim() === ''}>
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  )
}

export function DeleteDialog({
  title,
  problem,
  onClose,
  onDelete,
}: {
  readonly title: string
  readonly problem: string | undefined
  readonly onClose: () => void
  readonly onDelete: () => void
}) {
  return (
    <Dialog title="Delete the chat?" onClose={onClose}>
      <p>
        <strong className="quoted">{title}</strong> will be gone for good, with its files. An answer that is being
        written is stopped.
      </p>
      <Problem text={problem} />
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="button dangerous" onClick={onDelete}>
          Delete
        </button>
      </div>
    </Dialog>
  )
}

function Problem({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <p className="problem" role="alert">
      {text}
    </p>
  )
}

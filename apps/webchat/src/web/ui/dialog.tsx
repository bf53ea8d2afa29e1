import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from './icon-button.tsx'

/** Something to be looked at or decided before anything else. Escape closes it; the browser keeps the focus in it, and gives it back. */
export function Dialog({
  title,
  onClose,
  children,
  className = '',
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly className?: string
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const content = (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        // What is clicked is the dialog itself where that is beside its content.
        if (event.target === dialog.current) dialog.current.close()
      }}
      // What is typed here is for nothing that it was opened from: Escape closes it, and stops no answer.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-content">
        <header>
          <h2 id={titleId}>{title}</h2>
          <IconButton label="Close" onClick={() => dialog.current?.close()}>
            <X />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  )
  return createPortal(content, document.body)
}

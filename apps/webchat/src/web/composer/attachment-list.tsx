import { FileText, X } from 'lucide-react'
import { IconButton } from '../ui/icon-button.tsx'
import type { Attachment } from './attachments.ts'

/** The files that will be sent. */
export function AttachmentList({
  attachments,
  onRemove,
}: {
  readonly attachments: readonly Attachment[]
  readonly onRemove: (id: number) => void
}) {
  if (attachments.length === 0) return null
  return (
    <ul className="attachments" aria-label="Files to be sent">
      {attachments.map(({ id, file, preview }) => (
        <li key={id}>
          {preview === undefined ? (
            <span className="file">
              <FileText aria-hidden="true" />
              {file.name}
            </span>
          ) : (
            <img src={preview} alt={file.name} />
          )}
          <IconButton label={`Do not send ${file.name}`} onClick={() => onRemove(id)}>
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

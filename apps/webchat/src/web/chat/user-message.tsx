import type { UserBlock } from '@geppetto/turns'
import { contentText } from '@geppetto/turns'
import { Pencil } from 'lucide-react'
import { CopyButton } from '../ui/copy-button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Media } from './media.tsx'
import { SaidText } from './said-text.tsx'

/** What the user said. */
export function UserMessage({
  block,
  onEdit,
}: {
  readonly block: UserBlock
  readonly onEdit?: (() => void) | undefined
}) {
  const text = contentText(block.content)
  return (
    <div className="user-message">
      <Media parts={block.content} />
      {text !== '' && <SaidText text={text} />}
      <div className="message-actions">
        {text !== '' && <CopyButton text={text} label="Copy the message" />}
        {onEdit !== undefined && (
          <IconButton label="Edit the message" onClick={onEdit}>
            <Pencil />
          </IconButton>
        )}
      </div>
    </div>
  )
}

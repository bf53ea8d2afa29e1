import type { PromptContent, PromptPart } from '@geppetto/client'
import { contentText, type UserBlock } from '@geppetto/turns'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { addressOf, Media } from './media.tsx'

/** Asks something else in the place of a message; what was sent with it goes along. */
export function EditMessage({
  block,
  onCancel,
  onSend,
}: {
  readonly block: UserBlock
  readonly onCancel: () => void
  readonly onSend: (content: PromptContent) => Promise<void>
}) {
  const [text, setText] = useState(() => contentText(block.content))
  const [isSending, setIsSending] = useState(false)
  const media = block.content.filter((part) => part.type !== 'text')
  const isEmpty = text.trim() === '' && media.length === 0
  const send = async (event?: FormEvent) => {
    event?.preventDefault()
    if (isEmpty || isSending) return
    setIsSending(true)
    const files = await Promise.all(media.map(filePart))
    const said: PromptPart[] = text.trim() === '' ? [] : [{ type: 'text', text }]
    await onSend(files.length === 0 ? text : [...files.filter((file) => file !== undefined), ...said])
    setIsSending(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      // Not also: stop the answer.
      event.stopPropagation()
      onCancel()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void send()
    }
  }
  return (
    <form className="edit-message" onSubmit={send}>
      <Media parts={block.content} />
      <textarea
        aria-label="Edit the message"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        // biome-ignore lint/a11y/noAutofocus: it was opened to type in it
        autoFocus
      />
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={isEmpty || isSending}>
          Send
        </button>
      </div>
    </form>
  )
}

/** What was sent, to be sent again. */
async function filePart(part: Parameters<typeof addressOf>[0]): Promise<PromptPart | undefined> {
  const address = addressOf(part)
  if (address === undefined) return undefined
  const response = await fetch(address)
  const bytes = await response.blob()
  const file = part.mediaType === undefined ? bytes : new Blob([bytes], { type: part.mediaType })
  if (part.type === 'file') return { type: 'file', file, ...(part.name === undefined ? {} : { name: part.name }) }
  return { type: part.type, file }
}

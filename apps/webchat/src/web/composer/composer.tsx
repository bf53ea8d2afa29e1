import type { ProfileList, PromptContent, RunView } from '@geppetto/client'
import { ArrowUp, Paperclip, Square } from 'lucide-react'
import {
  type ClipboardEvent,
  type DragEvent,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { IconButton } from '../ui/icon-button.tsx'
import { AttachmentList } from './attachment-list.tsx'
import { contentWith, useAttachments } from './attachments.ts'
import { focusPrompt } from './focus-prompt.ts'
import { useDraft } from './use-draft.ts'

interface Props {
  /** Under which what is typed is kept. */
  readonly draftName: string
  readonly uploads: ProfileList['uploads'] | undefined
  readonly run: RunView['status']
  /** Whether it was taken: then the prompt is empty again. */
  readonly onSubmit: (content: PromptContent) => boolean | Promise<boolean>
  readonly onStop?: () => void
  readonly onEditLast?: () => void
  /** What stands below the prompt. */
  readonly children: ReactNode
}

/** Where things are said. */
export function Composer({ draftName, uploads, run, onSubmit, onStop, onEditLast, children }: Props) {
  const [text, setText] = useDraft(draftName)
  const { attachments, refusals, add, remove, clear } = useAttachments(uploads)
  const [isSending, setIsSending] = useState(false)
  const [isOver, setIsOver] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  useGrowingHeight(area, text)
  useEffect(() => {
    focusPrompt()
  }, [])
  const isEmpty = text.trim() === '' && attachments.length === 0
  const isRunning = run === 'running' || run === 'stopping'
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    if (isEmpty || isSending) return
    setIsSending(true)
    try {
      if (await onSubmit(contentWith(text, attachments))) {
        setText('')
        clear()
      }
    } finally {
      setIsSending(false)
      area.current?.focus()
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void submit()
    } else if (event.key === 'ArrowUp' && text === '' && onEditLast !== undefined) {
      event.preventDefault()
      onEditLast()
    }
  }
  const onPaste = (event: ClipboardEvent) => {
    const files = event.clipboardData.files
    // Copied from a program for tables or texts, a picture comes along with its text, which is what is meant.
    if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return
    event.preventDefault()
    void add(files)
  }
  const onDrop = (event: DragEvent) => {
    setIsOver(false)
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void add(event.dataTransfer.files)
  }
  return (
    <form
      className="composer"
      aria-label="Prompt"
      data-over={isOver}
      onSubmit={submit}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
    >
      <div className="composer-box">
        <AttachmentList attachments={attachments} onRemove={remove} />
        {refusals.length > 0 && (
          <div className="problem" role="alert">
            {refusals.map((refusal) => (
              <p key={refusal}>{refusal}</p>
            ))}
          </div>
        )}
        <textarea
          id="prompt"
          ref={area}
          rows={1}
          aria-label="Message"
          placeholder={isRunning ? 'Say what comes next' : 'Say something'}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          enterKeyHint="send"
        />
        <div className="composer-bar">
          <IconButton label="Add files" onClick={() => picker.current?.click()}>
            <Paperclip />
          </IconButton>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              void add(event.target.files ?? [])
              event.target.value = ''
            }}
          />
          {children}
          <span className="spacer" />
          {isRunning && (
            <IconButton label="Stop the answer" className="stop" disabled={run === 'stopping'} onClick={onStop}>
              <Square />
            </IconButton>
          )}
          {(!isRunning || !isEmpty) && (
            <IconButton
              label={isRunning ? 'Send next' : 'Send'}
              type="submit"
              className="send"
              disabled={isEmpty || isSending}
            >
              <ArrowUp />
            </IconButton>
          )}
        </div>
      </div>
    </form>
  )
}

/** The input is as high as what is typed, up to where its style ends it. */
function useGrowingHeight(area: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    if (area.current === null) return
    area.current.style.height = 'auto'
    area.current.style.height = `${area.current.scrollHeight}px`
  }, [area, text])
}

import type { ProfileList, PromptContent, PromptPart } from '@geppetto/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { withSendableType } from './file-type.ts'

/** A file that will be sent with the prompt. */
export interface Attachment {
  readonly id: number
  readonly file: File
  /** Where a picture of it can be seen, in this page. */
  readonly preview?: string
}

type Uploads = ProfileList['uploads']

/** The files that will be sent, and why others cannot. */
export function useAttachments(uploads: Uploads | undefined) {
  const [attachments, setAttachments] = useState<readonly Attachment[]>([])
  const [refusals, setRefusals] = useState<readonly string[]>([])
  const nextId = useRef(0)
  const add = useCallback(
    async (files: Iterable<File>) => {
      const types = uploads?.mediaTypes ?? []
      // What was given is gone from where it was once this goes on.
      const given = await Promise.all([...files].map((file) => withSendableType(file, types)))
      setRefusals(given.flatMap((file) => reasonAgainst(file, uploads) ?? []))
      const taken = given.filter((file) => reasonAgainst(file, uploads) === undefined)
      const added = taken.map((file) => {
        const preview = file.type.startsWith('image/') ? { preview: URL.createObjectURL(file) } : {}
        return { id: nextId.current++, file, ...preview }
      })
      setAttachments((before) => [...before, ...added])
    },
    [uploads],
  )
  const remove = useCallback((id: number) => {
    setAttachments((before) => before.filter((attachment) => attachment.id !== id))
    setRefusals([])
  }, [])
  const clear = useCallback(() => {
    setAttachments([])
    setRefusals([])
  }, [])
  usePreviewsUntilGone(attachments)
  return { attachments, refusals, add, remove, clear }
}

/** Lets go of the pictures of files that are not there any more. */
function usePreviewsUntilGone(attachments: readonly Attachment[]): void {
  const shown = useRef(attachments)
  useEffect(() => {
    for (const gone of shown.current) if (!attachments.includes(gone)) letGo(gone)
    shown.current = attachments
  }, [attachments])
}

function letGo({ preview }: Attachment): void {
  if (preview !== undefined) URL.revokeObjectURL(preview)
}

const bytesInMegabyte = 1024 * 1024

function reasonAgainst({ name, type, size }: File, uploads: Uploads | undefined): string | undefined {
  // Then the server says it when it gets the file.
  if (uploads === undefined) return undefined
  if (!uploads.mediaTypes.includes(type))
    return `${name}: files of this type cannot be sent. Pictures, PDF, text, WAV and MP3 can.`
  if (size > uploads.maxBytes)
    return `${name} is too large: at most ${Math.floor(uploads.maxBytes / bytesInMegabyte)} MB can be sent.`
  return undefined
}

/** What is said with these files. */
export function contentWith(text: string, attachments: readonly Attachment[]): PromptContent {
  if (attachments.length === 0) return text
  const said: readonly PromptPart[] = text.trim() === '' ? [] : [{ type: 'text', text }]
  return [...attachments.map(partOf), ...said]
}

function partOf({ file }: Attachment): PromptPart {
  if (file.type.startsWith('image/')) return { type: 'image', file }
  if (file.type.startsWith('audio/')) return { type: 'audio', file }
  return { type: 'file', file, name: file.name }
}

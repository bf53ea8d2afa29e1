import type { ContentPart } from '@geppetto/turns'
import { FileText, Music } from 'lucide-react'
import { safeLink, safePicture } from '../markdown/safe-address.ts'

/** What was sent, or came, beside text. */
export function Media({ parts }: { readonly parts: readonly ContentPart[] }) {
  const media = parts.filter((part) => part.type !== 'text')
  if (media.length === 0) return null
  return (
    <div className="media">
      {media.map((part, index) => (
        <MediaPart key={index} part={part} />
      ))}
    </div>
  )
}

function MediaPart({ part }: { readonly part: Exclude<ContentPart, { readonly type: 'text' }> }) {
  const address = addressOf(part)
  const name = part.type === 'file' ? (part.name ?? 'file') : part.type
  if (part.type === 'image') {
    const source = address === undefined ? undefined : safePicture(address)
    if (source !== undefined)
      return (
        <a href={source} target="_blank" rel="noopener noreferrer" aria-label="Open the picture">
          <img src={source} alt="Sent with the message" loading="lazy" />
        </a>
      )
  }
  const link = address === undefined ? undefined : safeLink(address)
  const icon = part.type === 'audio' ? <Music aria-hidden="true" /> : <FileText aria-hidden="true" />
  return link === undefined ? (
    <span className="file">
      {icon}
      {name}
    </span>
  ) : (
    <a className="file" href={link} target="_blank" rel="noopener noreferrer nofollow">
      {icon}
      {name}
    </a>
  )
}

/** Where it can be had; small pictures are in the message itself. */
export function addressOf({ source, ...part }: Exclude<ContentPart, { readonly type: 'text' }>): string | undefined {
  if (source.type === 'url') return source.url
  if (source.type === 'base64') return `data:${part.mediaType ?? 'application/octet-stream'};base64,${source.data}`
  return undefined
}

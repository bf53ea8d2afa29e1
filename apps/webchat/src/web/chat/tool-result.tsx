import { type ContentPart, contentText } from '@geppetto/turns'
import { useState } from 'react'
import { Media } from './media.tsx'
import { readableText } from './tool-text.ts'

/** So much of a result is shown at once. */
const maxShown = 4_000

/** What a tool gave. */
export function ToolResult({ content }: { readonly content: readonly ContentPart[] }) {
  const [showsAll, setShowsAll] = useState(false)
  const text = readableText(contentText(content))
  const isLong = text.length > maxShown && !showsAll
  return (
    <>
      {text !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0}>{isLong ? `${text.slice(0, maxShown)}…` : text}</pre>
      )}
      {isLong && (
        <button type="button" className="link" onClick={() => setShowsAll(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
      <Media parts={content} />
    </>
  )
}

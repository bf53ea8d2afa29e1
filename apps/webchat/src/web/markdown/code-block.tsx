import { memo, useEffect, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import type { CodePiece } from './highlight.ts'

/** Longer code is shown without colours: finding them would hold up the page. */
const maxCharacters = 20_000

/** Of code that grows, all colours are found anew each time. */
const maxGrowing = 4_000

/** So many lines are drawn together: of code that grows, only the last of them is drawn anew. */
const linesTogether = 60

/** Code with its language, and a button that copies it. */
export const CodeBlock = memo(function CodeBlock({
  code,
  language,
  grows,
}: {
  readonly code: string
  readonly language: string
  readonly grows: boolean
}) {
  const pieces = usePieces(code, language, grows ? maxGrowing : maxCharacters)
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language === '' ? 'text' : language}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{pieces === undefined ? <Plain code={code} /> : pieces.map(pieceElement)}</code>
      </pre>
    </figure>
  )
})

function pieceElement({ text, className }: CodePiece, index: number) {
  return (
    <span key={index} className={className}>
      {text}
    </span>
  )
}

function Plain({ code }: { readonly code: string }) {
  const lines = code.split('\n')
  const chunks = Array.from({ length: Math.ceil(lines.length / linesTogether) }, (_, index) =>
    lines.slice(index * linesTogether, (index + 1) * linesTogether).join('\n'),
  )
  return chunks.map((text, index) => <Chunk key={index} text={text} />)
}

const Chunk = memo(function Chunk({ text }: { readonly text: string }) {
  return <span className="code-chunk">{text === '' ? '\n' : text}</span>
})

function usePieces(code: string, language: string, maxLength: number): readonly CodePiece[] | undefined {
  const [highlight, setHighlight] = useState<typeof import('./highlight.ts').highlight>()
  const isWanted = language !== '' && code.length <= maxLength
  useEffect(() => {
    if (!isWanted) return
    let isGone = false
    import('./highlight.ts').then(
      (loaded) => {
        if (!isGone) setHighlight(() => loaded.highlight)
      },
      // Then there are no colours.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [isWanted])
  return isWanted ? highlight?.(code, language) : undefined
}

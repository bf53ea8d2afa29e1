import { memo, useEffect, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { codeParts } from './code-parts.ts'
import type { highlight } from './highlight.ts'

/** Longer code that is there is coloured in parts, as code that grows is: finding the colours of all at once would hold up the page. */
const maxWhole = 20_000

/** Code beyond that is shown without colours: each is an element of the page. */
const maxColoured = 80_000

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
  const find = useHighlight(language !== '')
  const isWhole = code.length <= maxWhole && !grows
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language === '' ? 'text' : language}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>
          {find === undefined ? (
            <Plain code={code} />
          ) : isWhole ? (
            <Coloured code={code} language={language} find={find} />
          ) : (
            <Parts code={code} language={language} find={find} />
          )}
        </code>
      </pre>
    </figure>
  )
})

/** A part that no line ends in is one that may grow for ever: then it has no colours. */
const maxPart = 8_000

interface Coloring {
  readonly code: string
  readonly language: string
  readonly find: typeof highlight
}

function Parts({ code, language, find }: Coloring) {
  const parts = codeParts(code.slice(0, maxColoured))
  return (
    <>
      {parts.map((part, index) =>
        part.length > maxPart ? (
          <Plain key={index} code={part} />
        ) : (
          // A block of its own: what stands above what grows is not laid out anew.
          <span key={index} className="code-chunk">
            <Coloured code={part} language={language} find={find} />
          </span>
        ),
      )}
      {code.length > maxColoured && <Plain code={code.slice(maxColoured)} />}
    </>
  )
}

const Coloured = memo(function Coloured({ code, language, find }: Coloring) {
  const pieces = find(code, language) ?? [{ text: code }]
  return pieces.map(({ text, className }, index) => (
    <span key={index} className={className}>
      {text}
    </span>
  ))
})

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

/** What finds colours, once it is loaded; never where it is not wanted. */
function useHighlight(isWanted: boolean): typeof highlight | undefined {
  const [find, setFind] = useState<typeof highlight>()
  useEffect(() => {
    if (!isWanted) return
    let isGone = false
    import('./highlight.ts').then(
      (loaded) => {
        if (!isGone) setFind(() => loaded.highlight)
      },
      // Then there are no colours.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [isWanted])
  return isWanted ? find : undefined
}

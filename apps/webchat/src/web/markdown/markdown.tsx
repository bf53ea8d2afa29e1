import { memo, useMemo, useState } from 'react'
import remend from 'remend'
import { BlockSplitter } from './block-splitter.ts'
import { blocks } from './blocks.tsx'
import { markdown } from './lexer.ts'

/** Longer ends of a text are shown as they are until they are closed. */
const maxMended = 8_192

/** A text as Markdown. While it `grows`, what is begun at its end shows as if it were closed, and what stands before is left alone. */
export const Markdown = memo(function Markdown({ text, grows }: { readonly text: string; readonly grows: boolean }) {
  const [splitter] = useState(() => new BlockSplitter())
  const { blocks, definitions } = splitter.split(text)
  return (
    <div className="markdown">
      {blocks.map(({ key, raw }, index) => (
        <Block key={key} raw={raw} definitions={definitions} isOpen={grows && index === blocks.length - 1} />
      ))}
    </div>
  )
})

const Block = memo(function Block({
  raw,
  definitions,
  isOpen,
}: {
  readonly raw: string
  readonly definitions: string
  readonly isOpen: boolean
}) {
  const tokens = useMemo(() => {
    const text = isOpen && raw.length <= maxMended ? mended(raw) : raw
    // In front: behind code that is not closed they would be code.
    return markdown.lexer(definitions === '' ? text : `${definitions}\n\n${text}`)
  }, [raw, definitions, isOpen])
  return blocks(tokens)
})

function mended(raw: string): string {
  return remend(raw, { linkMode: 'text-only', htmlTags: false, setextHeadings: true })
}

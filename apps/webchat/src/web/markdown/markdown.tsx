import { memo, useMemo, useState } from 'react'
import remend from 'remend'
import { BlockSplitter } from './block-splitter.ts'
import { blocks } from './blocks.tsx'
import { markdown } from './lexer.ts'
import { useSteady } from './use-steady.ts'

/** Longer ends of a text are shown as they are until they are closed. */
const maxMended = 8_192

/** A text as Markdown. While it `grows`, what is begun at its end shows as if it were closed, and what stands before is left alone. */
export const Markdown = memo(function Markdown({ text, grows }: { readonly text: string; readonly grows: boolean }) {
  const [splitter] = useState(() => new BlockSplitter())
  const { blocks, definitions } = splitter.split(useSteady(text, grows))
  return (
    <div className="markdown">
      {blocks.map(({ key, raw, continues }, index) => (
        <Block
          key={key}
          raw={raw}
          continues={continues}
          definitions={definitions}
          isOpen={grows && index === blocks.length - 1}
        />
      ))}
    </div>
  )
})

const Block = memo(function Block({
  raw,
  continues,
  definitions,
  isOpen,
}: {
  readonly raw: string
  readonly continues: boolean
  readonly definitions: string
  readonly isOpen: boolean
}) {
  const tokens = useMemo(() => {
    const text = isOpen && raw.length <= maxMended ? mended(raw) : raw
    // In front: behind code that is not closed they would be code.
    return markdown.lexer(definitions === '' ? text : `${definitions}\n\n${text}`)
  }, [raw, definitions, isOpen])
  const drawn = blocks(tokens, isOpen)
  return continues ? <div className="continued">{drawn}</div> : drawn
})

function mended(raw: string): string {
  return remend(raw, { linkMode: 'text-only', htmlTags: false, setextHeadings: true })
}

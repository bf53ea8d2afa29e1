import type { Block } from '@geppetto/turns'
import { memo, useState } from 'react'
import { inputText, readableText, shortInput } from '../web/chat/tool-text.ts'
import type { Phase } from './phases.ts'
import { belongs, idsOfBlock, type Selection, useShowRelated } from './selection.ts'

interface Props {
  readonly phase: Phase
  readonly selection: Selection | undefined
  readonly onSelect: (from: Selection['from'], key: string, ids: readonly string[]) => void
}

/** The blocks of a turn at one point of its run; those of the turns before are unfolded when they are asked for. */
export function BlockList({ phase, selection, onSelect }: Props) {
  const list = useShowRelated('blocks', selection)
  const [showsEarlier, setShowsEarlier] = useState(false)
  const { earlier, blocks, fresh } = phase
  return (
    <ol ref={list} className="debug-list">
      {earlier.length > 0 && (
        <li data-kind="earlier">
          <button
            type="button"
            className="debug-item"
            aria-expanded={showsEarlier}
            onClick={() => setShowsEarlier(!showsEarlier)}
          >
            <span className="debug-text">
              {earlier.length} {earlier.length === 1 ? 'block' : 'blocks'} of earlier turns
            </span>
          </button>
        </li>
      )}
      {(showsEarlier ? [...earlier, ...blocks] : blocks).map((block) => (
        <BlockItem
          key={block.id}
          block={block}
          isFresh={fresh.has(block.id)}
          isChosen={selection?.key === block.id}
          isRelated={belongs(idsOfBlock(block), selection)}
          onSelect={onSelect}
        />
      ))}
    </ol>
  )
}

interface ItemProps extends Pick<Props, 'onSelect'> {
  readonly block: Block
  readonly isFresh: boolean
  readonly isChosen: boolean
  readonly isRelated: boolean
}

const BlockItem = memo(function BlockItem({ block, isFresh, isChosen, isRelated, onSelect }: ItemProps) {
  const { text, full } = textOf(block)
  return (
    <li data-kind={block.kind} data-related={isRelated} data-chosen={isChosen}>
      <button
        type="button"
        aria-pressed={isChosen}
        className="debug-item"
        onClick={() => onSelect('blocks', block.id, idsOfBlock(block))}
      >
        <span className="debug-kind">{block.kind}</span>
        {isFresh && <span className="debug-new">new</span>}
        {block.complete === false && <span className="debug-cut">cut off</span>}
        <code className="debug-id" title={block.id}>
          {block.id}
        </code>
        <span className="debug-text">{text}</span>
      </button>
      {isChosen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0} className="debug-detail">
          {full}
        </pre>
      )}
    </li>
  )
})

/** What a block says: in a line or three, and whole. */
function textOf(block: Block): { readonly text: string; readonly full: string } {
  switch (block.kind) {
    case 'system':
    case 'assistant':
    case 'reasoning':
      return { text: block.text, full: block.text }
    case 'user':
    case 'tool-result': {
      const said = block.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n')
      const outcome = block.kind === 'tool-result' ? `${block.name}: ${block.outcome} ` : ''
      return { text: outcome + said, full: readableText(said) }
    }
    case 'tool-call':
      return { text: `${block.name}(${shortInput(block.input)})`, full: inputText(block.input) }
    default:
      return { text: '', full: JSON.stringify(block, null, 2) }
  }
}

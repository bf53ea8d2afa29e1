import { memo } from 'react'
import type { EventRow } from './event-rows.ts'
import { belongs, type Selection, useShowRelated } from './selection.ts'

interface Props {
  readonly rows: readonly EventRow[]
  readonly left: number
  readonly selection: Selection | undefined
  readonly onSelect: (from: Selection['from'], key: string, ids: readonly string[]) => void
}

/** What was said while a run went on. */
export function EventList({ rows, left, selection, onSelect }: Props) {
  const list = useShowRelated('events', selection)
  const start = rows[0]?.first.time ?? 0
  return (
    <>
      {left > 0 && <p className="debug-hint">{left} older events are left out.</p>}
      <ol ref={list} className="debug-list">
        {rows.map((row) => (
          <EventItem
            key={row.key}
            row={row}
            start={start}
            isChosen={selection?.key === row.key}
            isRelated={belongs(row.ids, selection)}
            onSelect={onSelect}
          />
        ))}
      </ol>
    </>
  )
}

interface ItemProps extends Pick<Props, 'onSelect'> {
  readonly row: EventRow
  readonly start: number
  readonly isChosen: boolean
  readonly isRelated: boolean
}

const EventItem = memo(function EventItem({ row, start, isChosen, isRelated, onSelect }: ItemProps) {
  const { first, last, count, detail, key, ids } = row
  return (
    <li data-kind={familyOf(first.type)} data-related={isRelated} data-chosen={isChosen}>
      <button type="button" aria-pressed={isChosen} className="debug-item" onClick={() => onSelect('events', key, ids)}>
        <span className="debug-kind">{first.type}</span>
        {count > 1 && <span className="debug-count">× {count}</span>}
        <span className="debug-time">{offsetOf(first.time - start)}</span>
        {detail !== '' && <span className="debug-text">{detail}</span>}
      </button>
      {isChosen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0} className="debug-detail">
          {JSON.stringify(last, null, 2)}
        </pre>
      )}
    </li>
  )
})

/** What it is about: the first words of its type. */
function familyOf(type: string): string {
  if (type.startsWith('tool-call') || type.startsWith('server-tool')) return 'tool-call'
  if (type.startsWith('tool-execution')) return 'tool-result'
  const [family = ''] = type.split('-', 1)
  return family === 'text' ? 'assistant' : family
}

/** Since the run began, in seconds. */
function offsetOf(ms: number): string {
  return `+${(ms / 1000).toFixed(2)}`
}

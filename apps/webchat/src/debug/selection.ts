import type { Block } from '@geppetto/turns'
import { useCallback, useEffect, useRef, useState } from 'react'

/** What was chosen, and what belongs to it. */
export interface Selection {
  /** The block or event itself. */
  readonly key: string
  /** What a block or event must have one of to belong to it. */
  readonly ids: ReadonlySet<string>
  /** Where it was chosen. */
  readonly from: 'blocks' | 'events'
}

/** By what a block belongs to events. */
export function idsOfBlock(block: Block): readonly string[] {
  return 'callId' in block && typeof block.callId === 'string' ? [block.id, block.callId] : [block.id]
}

/** Whether it belongs to what was chosen. */
export function belongs(ids: readonly string[], selection: Selection | undefined): boolean {
  return selection !== undefined && ids.some((id) => selection.ids.has(id))
}

/** What is chosen; choosing it again lets go of it. */
export function useSelection() {
  const [selection, setSelection] = useState<Selection>()
  const select = useCallback((from: Selection['from'], key: string, ids: readonly string[]) => {
    setSelection((before) => (before?.key === key ? undefined : { key, ids: new Set(ids), from }))
  }, [])
  const clear = useCallback(() => setSelection(undefined), [])
  return { selection, select, clear }
}

/** Shows in a list what belongs to what was chosen in the other one. */
export function useShowRelated(list: Selection['from'], selection: Selection | undefined) {
  const element = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (selection === undefined || selection.from === list) return
    element.current?.querySelector('[data-related="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [list, selection])
  return element
}

import type { ReasoningBlock } from '@geppetto/turns'
import { ChevronRight, Lightbulb } from 'lucide-react'
import { Markdown } from '../markdown/markdown.tsx'

/** What a model thought, folded. */
export function Reasoning({ block, grows }: { readonly block: ReasoningBlock; readonly grows: boolean }) {
  if (block.text === '')
    return grows ? (
      <p className="reasoning-alone shimmer">
        <Lightbulb aria-hidden="true" />
        Thinking
      </p>
    ) : null
  return (
    <details className="fold reasoning">
      <summary>
        <Lightbulb aria-hidden="true" />
        <span className={grows ? 'shimmer' : undefined}>{grows ? 'Thinking' : 'Thought about it'}</span>
        <ChevronRight aria-hidden="true" className="chevron" />
      </summary>
      <div className="fold-content">
        <Markdown text={block.text} grows={grows} />
      </div>
    </details>
  )
}

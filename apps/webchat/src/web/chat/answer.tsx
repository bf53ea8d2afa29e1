import type { ToolProgress } from '@geppetto/client'
import type { Block, ToolResultBlock } from '@geppetto/turns'
import { Globe } from 'lucide-react'
import { memo } from 'react'
import { Markdown } from '../markdown/markdown.tsx'
import { Reasoning } from './reasoning.tsx'
import { ToolCard } from './tool-card.tsx'

/** What an answer is drawn from. */
export interface AnswerParts {
  readonly blocks: readonly Block[]
  /** Whether it is being written. */
  readonly isLive: boolean
  readonly progress: Readonly<Record<string, ToolProgress>>
  readonly approvals: ReadonlySet<string>
  readonly onDecide: (callId: string, isAllowed: boolean) => Promise<void>
}

/** What was answered: texts, thoughts and tool calls, in their order. */
export function Answer({ blocks, isLive, progress, approvals, onDecide }: AnswerParts) {
  const results = new Map<string, ToolResultBlock>()
  for (const block of blocks) if (block.kind === 'tool-result') results.set(block.callId, block)
  const last = blocks.at(-1)
  return blocks.map((block) => {
    const grows = isLive && block === last
    switch (block.kind) {
      case 'assistant':
        return <Markdown key={block.id} text={block.text} grows={grows} />
      case 'reasoning':
        return <Reasoning key={block.id} block={block} grows={grows} />
      case 'tool-call':
        return (
          <ToolCard
            key={block.id}
            call={block}
            result={results.get(block.callId)}
            progress={progress[block.callId]}
            mustDecide={approvals.has(block.callId)}
            onDecide={onDecide}
            isLive={isLive}
          />
        )
      case 'provider':
        return <ServerTool key={block.id} type={block.type} name={block.name} />
      default:
        return null
    }
  })
}

/** Something that the provider did on its side. */
const ServerTool = memo(function ServerTool({
  type,
  name,
}: {
  readonly type: string
  readonly name: string | undefined
}) {
  // What has no name is bookkeeping of the provider.
  return name === undefined ? null : (
    <p className="server-tool" title={type}>
      <Globe aria-hidden="true" />
      {name}
    </p>
  )
})

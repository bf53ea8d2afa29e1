import type { ToolProgress } from '@geppetto/client'
import type { ToolCallBlock, ToolOutcome, ToolResultBlock } from '@geppetto/turns'
import { Check, ChevronRight, CircleHelp, CircleSlash, Clock, LoaderCircle, TriangleAlert } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { ToolDecision } from './tool-decision.tsx'
import { ToolResult } from './tool-result.tsx'
import { argumentsOf, shortInput } from './tool-text.ts'

interface Props {
  readonly call: ToolCallBlock
  readonly result: ToolResultBlock | undefined
  readonly progress: ToolProgress | undefined
  /** Whether it waits for a yes. */
  readonly mustDecide: boolean
  readonly onDecide: (callId: string, isAllowed: boolean) => Promise<void>
  /** Whether its run goes on. */
  readonly isLive: boolean
}

/** A tool call: what it is, how it stands, and, unfolded, what it was given and what came of it. */
export function ToolCard({ call, result, progress, mustDecide, onDecide, isLive }: Props) {
  const state = stateOf(call, result, progress, mustDecide, isLive)
  const { icon, words } = states[state]
  return (
    <div className="tool" data-state={state}>
      <details className="fold" open={mustDecide}>
        <summary>
          {icon}
          <span className="tool-name">{call.name}</span>
          <span className="tool-input">{shortInput(call.input)}</span>
          <span className="tool-state">{progress?.message ?? words}</span>
          <ChevronRight aria-hidden="true" className="chevron" />
        </summary>
        <div className="fold-content">
          <p className="tool-label">Arguments</p>
          {argumentsOf(call.input).map(({ name, text }) => (
            <Fragment key={name}>
              {name !== '' && <p className="tool-argument">{name}</p>}
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <pre tabIndex={0}>{text}</pre>
            </Fragment>
          ))}
          {result !== undefined && result.content.length > 0 && (
            <>
              <p className="tool-label">Result</p>
              <ToolResult content={result.content} />
            </>
          )}
        </div>
      </details>
      {mustDecide && <ToolDecision name={call.name} onDecide={(isAllowed) => onDecide(call.callId, isAllowed)} />}
    </div>
  )
}

type CardState = ToolOutcome | 'writing' | 'asking' | 'running' | 'open'

function stateOf(
  call: ToolCallBlock,
  result: ToolResultBlock | undefined,
  progress: ToolProgress | undefined,
  mustDecide: boolean,
  isLive: boolean,
): CardState {
  if (mustDecide) return 'asking'
  if (result !== undefined) return result.outcome
  if (progress !== undefined) return 'running'
  if (!isLive) return 'not-run'
  return call.input.state === 'parsed' ? 'open' : 'writing'
}

const spinner = <LoaderCircle aria-hidden="true" className="spin" />
const warning = <TriangleAlert aria-hidden="true" />
const stopped = <CircleSlash aria-hidden="true" />

const states: Readonly<Record<CardState, { readonly icon: ReactNode; readonly words: string }>> = {
  writing: { icon: spinner, words: 'being called' },
  open: { icon: spinner, words: 'about to run' },
  running: { icon: spinner, words: 'running' },
  asking: { icon: <CircleHelp aria-hidden="true" />, words: 'waits for you' },
  pending: { icon: <Clock aria-hidden="true" />, words: 'waits for an answer' },
  ok: { icon: <Check aria-hidden="true" />, words: 'done' },
  error: { icon: warning, words: 'failed' },
  denied: { icon: stopped, words: 'not allowed' },
  'timed-out': { icon: warning, words: 'took too long' },
  cancelled: { icon: stopped, words: 'stopped' },
  'not-run': { icon: stopped, words: 'not run' },
  unknown: { icon: warning, words: 'nobody knows how it ended' },
}

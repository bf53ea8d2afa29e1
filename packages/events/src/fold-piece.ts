import {
  assistantBlock,
  type Block,
  type BlockFields,
  defined,
  providerBlock,
  reasoningBlock,
  type ToolCallInput,
  toolCallBlock,
} from '@geppetto/turns'
import type { Event, EventOf } from './event.ts'

/** One piece of output on its way to becoming a block. */
export interface Piece {
  /** Its first event: for a reader that came late not the `…-started` one. */
  readonly started: Event
  /** The sum of its deltas. */
  text: string
  finished?: EventOf<'text-finished' | 'reasoning-finished' | 'tool-call-finished' | 'server-tool-finished'>
}

/** The block that a piece is; undefined when there is nothing to keep of it. */
export function pieceToBlock(piece: Piece): Block | undefined {
  const { started, finished } = piece
  const isWhole = finished?.outcome === 'completed'
  const fields: BlockFields = {
    createdAt: started.time,
    ...defined({
      id: started.correlation.segmentId,
      runId: started.correlation.runId,
      complete: isWhole ? undefined : (false as const),
    }),
  }
  switch ((finished ?? started).type) {
    case 'text-started':
    case 'text-delta':
    case 'text-finished': {
      const end = finished?.type === 'text-finished' ? finished : undefined
      const text = end?.text ?? piece.text
      if (text === '' && !isWhole) return undefined
      return assistantBlock(text, { ...fields, ...defined({ refusal: end?.refusal, citations: end?.citations }) })
    }
    case 'reasoning-started':
    case 'reasoning-delta':
    case 'reasoning-finished': {
      const end = finished?.type === 'reasoning-finished' ? finished : undefined
      const text = end?.text ?? piece.text
      if (text === '' && !isWhole) return undefined
      return reasoningBlock(text, { ...fields, ...defined({ form: end?.form }) })
    }
    case 'tool-call-started':
    case 'tool-call-delta':
    case 'tool-call-finished':
      return callBlock(piece, fields)
    case 'server-tool-started':
    case 'server-tool-finished':
      return serverToolBlock(piece, fields)
    default:
      return undefined
  }
}

function callBlock({ started, text, finished }: Piece, fields: BlockFields): Block | undefined {
  const end = finished?.type === 'tool-call-finished' ? finished : undefined
  const name = end?.name ?? (started.type === 'tool-call-started' ? started.name : '')
  const callId = started.correlation.toolCallId ?? ''
  // Without them nobody could say what was called, or answer it.
  if (name.trim() === '' || callId.trim() === '') return undefined
  const input: ToolCallInput = end?.input ?? { state: 'incomplete', raw: text }
  return toolCallBlock({ callId, name, input }, fields)
}

function serverToolBlock({ started, finished }: Piece, fields: BlockFields): Block | undefined {
  const end = finished?.type === 'server-tool-finished' ? finished : undefined
  const start = started.type === 'server-tool-started' ? started : undefined
  const tool = end?.tool ?? start?.tool ?? ''
  if (tool.trim() === '') return undefined
  const facts = defined({ name: end?.name ?? start?.name, input: end?.input, output: end?.output })
  return providerBlock(tool, { ...fields, ...facts })
}

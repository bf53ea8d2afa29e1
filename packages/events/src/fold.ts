import {
  assistantBlock,
  type Block,
  defined,
  type ProviderCallRecord,
  providerBlock,
  reasoningBlock,
  toolCallBlock,
  toolResultBlock,
} from '@geppetto/turns'
import type { Event } from './event.ts'

/** What {@link foldEvents} makes of events. */
export interface FoldedEvents {
  /** What was said, called and answered, in order; what was cut off is marked `complete: false`. */
  readonly blocks: readonly Block[]
  /** The provider calls that ended. */
  readonly providerCalls: readonly ProviderCallRecord[]
}

/** One piece of output on its way to becoming a block. */
interface Piece {
  readonly started: Event
  text: string
  finished?: Event
}

/** A provider call, with the results of its tools. */
interface Step {
  readonly pieces: Map<string, Piece>
  readonly results: Map<string, Block>
}

/**
 * Makes blocks out of the events of a run: each block has its segment's id, so that it is the same block that the engine made.
 * Takes back what was rolled back. For readers that only have events, and for settling a run whose engine left nothing.
 */
export function foldEvents(events: Iterable<Event>): FoldedEvents {
  let steps: Step[] = []
  const providerCalls: ProviderCallRecord[] = []
  const currentStep = (): Step => {
    const last = steps.at(-1)
    if (last !== undefined) return last
    const step: Step = { pieces: new Map(), results: new Map() }
    steps.push(step)
    return step
  }
  const findPiece = (id: string): Piece | undefined => steps.findLast((step) => step.pieces.has(id))?.pieces.get(id)
  for (const event of events) {
    const id = event.correlation.segmentId ?? ''
    switch (event.type) {
      case 'provider-call-started':
        steps.push({ pieces: new Map(), results: new Map() })
        break
      case 'provider-call-finished':
        providerCalls.push(event.record)
        break
      case 'text-started':
      case 'reasoning-started':
      case 'tool-call-started':
      case 'server-tool-started':
        currentStep().pieces.set(id, { started: event, text: '' })
        break
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta': {
        let piece = findPiece(id)
        if (piece === undefined) {
          piece = { started: event, text: '' }
          currentStep().pieces.set(id, piece)
        }
        piece.text += event.delta
        break
      }
      case 'text-finished':
      case 'reasoning-finished':
      case 'tool-call-finished':
      case 'server-tool-finished': {
        const piece = findPiece(id)
        if (piece === undefined) currentStep().pieces.set(id, { started: event, text: '', finished: event })
        else piece.finished = event
        break
      }
      case 'tool-execution-finished': {
        const { toolCallId = '', runId } = event.correlation
        const { name, outcome, content } = event
        const fields = { createdAt: event.time, ...defined({ runId, id: event.correlation.segmentId }) }
        currentStep().results.set(toolCallId, toolResultBlock({ callId: toolCallId, name, outcome, content }, fields))
        break
      }
      case 'run-rolled-back':
        steps = steps.map((step) => ({
          pieces: new Map([...step.pieces].filter(([, piece]) => piece.started.seq < event.fromSeq)),
          results: step.results,
        }))
        break
      default:
        // The others leave nothing in the conversation.
        break
    }
  }
  return { blocks: steps.flatMap(stepBlocks), providerCalls }
}

function stepBlocks(step: Step): Block[] {
  const blocks = [...step.pieces.values()].map(toBlock).filter((block) => block !== undefined)
  const results = new Map(step.results)
  const ordered: Block[] = []
  for (const block of blocks) {
    const result = block.kind === 'tool-call' ? results.get(block.callId) : undefined
    if (result === undefined || block.kind !== 'tool-call') continue
    ordered.push(result)
    results.delete(block.callId)
  }
  return [...blocks, ...ordered, ...results.values()]
}

function toBlock(piece: Piece): Block | undefined {
  const { started, finished } = piece
  const { segmentId, runId, toolCallId } = started.correlation
  const isWhole = finished !== undefined && (!('outcome' in finished) || finished.outcome === 'completed')
  const fields = {
    createdAt: started.time,
    ...defined({ id: segmentId, runId, complete: isWhole ? undefined : (false as const) }),
  }
  switch ((finished ?? started).type) {
    case 'text-started':
    case 'text-delta':
    case 'text-finished': {
      const { text, refusal, citations } =
        finished?.type === 'text-finished' ? finished : { text: piece.text, refusal: undefined, citations: undefined }
      return text === '' && !isWhole
        ? undefined
        : assistantBlock(text, { ...fields, ...defined({ refusal, citations }) })
    }
    case 'reasoning-started':
    case 'reasoning-delta':
    case 'reasoning-finished': {
      const { text, form } = finished?.type === 'reasoning-finished' ? finished : { text: piece.text, form: undefined }
      return text === '' && !isWhole ? undefined : reasoningBlock(text, { ...fields, ...defined({ form }) })
    }
    case 'tool-call-started':
    case 'tool-call-delta':
    case 'tool-call-finished': {
      const callId = toolCallId ?? segmentId ?? ''
      if (finished?.type === 'tool-call-finished')
        return toolCallBlock({ callId, name: finished.name, input: finished.input }, fields)
      // Without its name nobody could say what was called.
      if (started.type !== 'tool-call-started') return undefined
      return toolCallBlock({ callId, name: started.name, input: { state: 'incomplete', raw: piece.text } }, fields)
    }
    case 'server-tool-started':
    case 'server-tool-finished': {
      const end = finished?.type === 'server-tool-finished' ? finished : undefined
      const tool = end?.tool ?? (started.type === 'server-tool-started' ? started.tool : '')
      return providerBlock(tool, { ...fields, ...defined({ name: end?.name, input: end?.input, output: end?.output }) })
    }
    default:
      return undefined
  }
}

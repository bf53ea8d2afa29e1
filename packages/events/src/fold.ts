import { type Block, defined, isJsonObject, type ProviderCallRecord, toolResultBlock } from '@geppetto/turns'
import type { Event, EventOf } from './event.ts'
import { type Piece, pieceToBlock } from './fold-piece.ts'
import { isSound } from './sound-events.ts'

/** What {@link foldEvents} makes of events. */
export interface FoldedEvents {
  /** What was said, called and answered, in order; what was cut off is marked `complete: false`. */
  readonly blocks: readonly Block[]
  /** The provider calls that ended, rolled back or not: they were paid for. */
  readonly providerCalls: readonly ProviderCallRecord[]
}

/** A provider call, with the results of its tools by call id. */
interface Step {
  readonly providerCallId: string | undefined
  readonly pieces: Map<string, FoldedPiece>
  readonly results: Map<string, Block>
}

/** A piece, and the block that it was when it was asked for last. */
interface FoldedPiece extends Piece {
  made?: { readonly block: Block | undefined }
}

/** What the events so far have made. Blocks that nothing was added to stay the same objects. */
export interface EventFold extends FoldedEvents {
  /** Takes the next event of the run. Never throws. */
  push(event: Event): void
}

/**
 * Makes blocks out of the events of a run: each block has its segment's id, so that it is the same block that the engine made.
 * Takes back what was rolled back. For readers that only have events, and for settling a run whose engine left nothing.
 * Never throws: what cannot become a block is left out.
 */
export function foldEvents(events: Iterable<Event>): FoldedEvents {
  const fold = createEventFold()
  for (const event of events) fold.push(event)
  const { blocks, providerCalls } = fold
  return { blocks, providerCalls }
}

/** As {@link foldEvents}, for who shows a run as it goes on: what has changed is made anew, and nothing else. */
export function createEventFold(): EventFold {
  let fold = new Fold()
  let kept: Event[] = []
  let blocks: readonly Block[] | undefined
  return {
    push(event) {
      if (!isSound(event)) return
      blocks = undefined
      if (event.type !== 'run-rolled-back') {
        kept.push(event)
        fold.accept(event)
        return
      }
      const { fromSeq } = event
      kept = kept.filter((earlier) => earlier.seq < fromSeq || earlier.type === 'provider-call-finished')
      fold = new Fold()
      for (const earlier of kept) fold.accept(earlier)
    },
    get blocks() {
      blocks ??= fold.steps.flatMap(stepBlocks)
      return blocks
    },
    get providerCalls() {
      return [...fold.providerCalls]
    },
  }
}

class Fold {
  readonly steps: Step[] = []
  readonly providerCalls: ProviderCallRecord[] = []

  accept(event: Event): void {
    const id = event.correlation.segmentId ?? ''
    switch (event.type) {
      case 'provider-call-started':
        this.#addStep(event.correlation.providerCallId)
        break
      case 'provider-call-finished':
        this.#addRecord(event)
        break
      case 'text-started':
      case 'reasoning-started':
      case 'tool-call-started':
      case 'server-tool-started':
        this.#stepOf(event).pieces.set(id, { started: event, text: '' })
        break
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta':
        if (typeof event.delta === 'string') this.#changed(event, id).text += event.delta
        break
      case 'text-finished':
      case 'reasoning-finished':
      case 'tool-call-finished':
      case 'server-tool-finished':
        this.#changed(event, id).finished = event
        break
      case 'tool-execution-finished':
        this.#addResult(event)
        break
      default:
        // The others leave nothing in the conversation.
        break
    }
  }

  /** Once, however often it is told. */
  #addRecord({ record }: EventOf<'provider-call-finished'>): void {
    if (isJsonObject(record) && !this.providerCalls.some(({ id }) => id === record.id)) this.providerCalls.push(record)
  }

  #addResult(event: EventOf<'tool-execution-finished'>): void {
    const { toolCallId: callId, segmentId, runId } = event.correlation
    const { name, outcome, content } = event
    if (callId === undefined) return
    const fields = { createdAt: event.time, ...defined({ runId, id: segmentId }) }
    const result = blockOf(() => toolResultBlock({ callId, name, outcome, content }, fields))
    if (result === undefined) return
    const step = this.steps.findLast(({ pieces }) =>
      [...pieces.values()].some(({ started }) => started.correlation.toolCallId === callId),
    )
    const { results } = step ?? this.#lastStep()
    results.set(callId, result)
  }

  #changed(event: Event, id: string): FoldedPiece {
    const piece = this.#pieceOf(event, id)
    delete piece.made
    return piece
  }

  #pieceOf(event: Event, id: string): FoldedPiece {
    const known = this.steps.findLast((step) => step.pieces.has(id))?.pieces.get(id)
    if (known !== undefined) return known
    // A reader that missed the beginning.
    const piece: FoldedPiece = { started: event, text: '' }
    this.#stepOf(event).pieces.set(id, piece)
    return piece
  }

  #stepOf(event: Event): Step {
    const { providerCallId } = event.correlation
    return this.steps.findLast((step) => step.providerCallId === providerCallId) ?? this.#lastStep()
  }

  #lastStep(): Step {
    return this.steps.at(-1) ?? this.#addStep(undefined)
  }

  #addStep(providerCallId: string | undefined): Step {
    const step: Step = { providerCallId, pieces: new Map(), results: new Map() }
    this.steps.push(step)
    return step
  }
}

/** The pieces, then the results in the order of the calls; results of calls that none of the events made come last, in the order in which they were told. */
function stepBlocks(step: Step): Block[] {
  const blocks = [...step.pieces.values()]
    .map((piece) => {
      piece.made ??= { block: blockOf(() => pieceToBlock(piece)) }
      return piece.made.block
    })
    .filter((block) => block !== undefined)
  const others = new Map(step.results)
  const ordered: Block[] = []
  for (const block of blocks) {
    if (block.kind !== 'tool-call') continue
    const result = others.get(block.callId)
    if (result === undefined) continue
    ordered.push(result)
    others.delete(block.callId)
  }
  return [...blocks, ...ordered, ...others.values()]
}

function blockOf(make: () => Block | undefined): Block | undefined {
  try {
    return make()
  } catch {
    // The makers of blocks throw at what cannot be one: an event without a name, or damaged on its way.
    return undefined
  }
}

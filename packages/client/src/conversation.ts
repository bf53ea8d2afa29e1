import {
  compareCursors,
  createEventFold,
  type Event,
  type EventCursor,
  type EventFold,
  isTerminal,
} from '@geppetto/events'
import { type Block, isSameJson, type JsonValue } from '@geppetto/turns'
import type { RunView, SessionSnapshot, SessionStatus, TurnView } from './protocol/views.ts'

/** A tool that runs. */
export interface ToolProgress {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** What it said last. */
  readonly message?: string
  readonly data?: JsonValue
}

/** A turn that is being said. */
interface LiveTurn {
  readonly runId: string
  readonly turnId: string
  readonly fold: EventFold
}

/**
 * The turns of a session as its events make them: each event counts once, in order. Where that cannot be had (events are gone, another branch was taken), it
 * is lost, and begins anew with a snapshot.
 */
export class Conversation {
  #turns: readonly TurnView[] = []
  #earlier = 0
  /** The last event that it has taken in. */
  #cursor: EventCursor | undefined
  /** What the turns have taken in as they stand: what is taken back behind that, only a snapshot can tell. */
  #base: EventCursor | undefined
  #live: LiveTurn | undefined
  #progress: Readonly<Record<string, ToolProgress>> = {}
  #shown: readonly TurnView[] | undefined
  #status: SessionStatus | undefined
  /** What the record said before the newest turn came: it knows nothing of that. */
  #statusBefore: SessionStatus | undefined
  #isLost = false

  get cursor(): EventCursor | undefined {
    return this.#cursor
  }

  get earlier(): number {
    return this.#earlier
  }

  /** The tools that run, by their calls. */
  get progress(): Readonly<Record<string, ToolProgress>> {
    return this.#progress
  }

  /** Whether it must begin anew. */
  get isLost(): boolean {
    return this.#cursor === undefined || this.#isLost || this.#isElsewhere()
  }

  /** The turns with what has been said since. What has not changed is the same object. */
  get turns(): readonly TurnView[] {
    this.#shown ??= this.#withLive()
    return this.#shown
  }

  /** The latest turn. */
  get head(): string | undefined {
    return this.#turns.at(-1)?.turnId
  }

  /** Whether it has that turn. */
  has(turnId: string): boolean {
    return this.#turns.some((turn) => turn.turnId === turnId)
  }

  /** Begins anew. */
  load(snapshot: Omit<SessionSnapshot, 'known'>): void {
    const known = new Map(this.turns.map((turn) => [turn.turnId, turn]))
    this.#turns = snapshot.turns.map((turn) => sameTurn(known.get(turn.turnId), turn))
    this.#earlier = snapshot.earlier
    this.#cursor = snapshot.cursor
    this.#base = snapshot.cursor
    // It goes on until its end is heard: a record that is ahead of the events knows of an answer that has not come.
    const { runId } = snapshot.run
    const isActive = runId !== undefined && snapshot.head !== undefined
    this.#live = isActive ? { runId, turnId: snapshot.head, fold: createEventFold() } : undefined
    this.#progress = {}
    this.#shown = undefined
    this.#status = snapshot
    this.#isLost = false
  }

  /** What is true once the events have come to its cursor. */
  takeStatus(status: SessionStatus): void {
    this.#status = status
  }

  /** The run as the record has it once these events are heard: one that has begun here goes on until its end is heard, too. */
  get run(): RunView {
    const status = this.#status
    const live = this.#live
    const run = status?.run ?? { status: 'idle' }
    if (live === undefined || run.runId === live.runId) return run
    const isNews = status !== undefined && status !== this.#statusBefore
    const isOver = isNews && this.#cursor !== undefined && compareCursors(this.#cursor, status.cursor) >= 0
    const { last } = run
    return isOver ? run : { status: 'running', runId: live.runId, ...(last === undefined ? {} : { last }) }
  }

  /** A turn as it stands, in front of the events that follow. */
  takeTurn({ begins, ...turn }: TurnView): void {
    const index = this.#turns.findIndex(({ turnId }) => turnId === turn.turnId)
    const made = sameTurn(
      this.turns.find(({ turnId }) => turnId === turn.turnId),
      turn,
    )
    this.#shown = undefined
    this.#base = this.#cursor
    this.#statusBefore = this.#status
    if (this.#live?.turnId === turn.turnId) this.#live = undefined
    if (begins !== undefined) {
      this.#live = { runId: begins.runId, turnId: turn.turnId, fold: createEventFold() }
    }
    if (index >= 0) {
      this.#turns = this.#turns.with(index, made)
      return
    }
    const parent = this.#turns.findIndex(({ turnId }) => turnId === turn.parentId)
    // Its place is among the turns that were not loaded.
    if (turn.parentId !== undefined && parent < 0) this.#isLost = true
    else this.#turns = [...this.#turns.slice(0, parent + 1), made]
  }

  /** The next event: whether it is one that counts. */
  takeEvent(event: Event): boolean {
    const at = { epoch: event.epoch ?? 0, seq: event.seq }
    const isNew = this.#cursor === undefined || compareCursors(at, this.#cursor) > 0
    if (event.type === 'run-rolled-back') {
      if (!isNew && event.fromSeq > (this.#cursor?.seq ?? 0)) return false
      const last = { epoch: at.epoch, seq: event.fromSeq - 1 }
      // It reaches behind the snapshot: what was before that, only another one can tell.
      if (this.#base !== undefined && this.#base.epoch >= last.epoch && compareCursors(last, this.#base) < 0)
        this.#isLost = true
      this.#cursor = isNew ? at : last
    } else if (!isNew) return false
    else this.#cursor = at
    if (event.type === 'gap') this.#isLost = true
    this.#follow(event)
    return true
  }

  #follow(event: Event): void {
    const { runId, turnId, parentRunId } = event.correlation
    if (event.type === 'run-rolled-back') {
      this.#live?.fold.push(event)
      this.#shown = undefined
      return
    }
    if (runId === undefined) return
    this.#followTools(event)
    // What a run says that a tool has started is the tool's own affair.
    const isOther = this.#live !== undefined && this.#live.runId !== runId && parentRunId !== undefined
    if (turnId === undefined || isOther) return
    if (this.#live?.runId !== runId || this.#live.turnId !== turnId)
      this.#live = { runId, turnId, fold: createEventFold() }
    this.#live.fold.push(event)
    this.#shown = undefined
    if (!isTerminal(event)) return
    // The turn came in front of it, as it was stored: but for one on a branch that was left meanwhile, which stands beside a turn that is shown.
    if (!this.has(turnId)) this.#isLost = true
    this.#live = undefined
    this.#base = this.#cursor
    this.#progress = {}
  }

  #followTools(event: Event): void {
    const { toolCallId } = event.correlation
    if (toolCallId === undefined) return
    if (event.type === 'tool-execution-started') {
      const started = { name: event.name, startedAt: event.time }
      this.#progress = { ...this.#progress, [toolCallId]: started }
    } else if (event.type === 'tool-execution-progress') {
      const known = this.#progress[toolCallId]
      const { message, data } = event
      const said = { ...(message === undefined ? {} : { message }), ...(data === undefined ? {} : { data }) }
      if (known !== undefined) this.#progress = { ...this.#progress, [toolCallId]: { ...known, ...said } }
    } else if (event.type === 'tool-execution-finished') {
      const { [toolCallId]: _, ...others } = this.#progress
      this.#progress = others
    }
  }

  #withLive(): readonly TurnView[] {
    const live = this.#live
    const index = live === undefined ? -1 : this.#turns.findIndex(({ turnId }) => turnId === live.turnId)
    const turn = this.#turns[index]
    if (live === undefined || turn === undefined || live.fold.blocks.length === 0) return this.#turns
    return this.#turns.with(index, { ...turn, blocks: mergeBlocks(turn.blocks, live.fold.blocks) })
  }

  /** Whether the session is on another branch, or further, than its events have led. */
  #isElsewhere(): boolean {
    const status = this.#status
    if (status === undefined || status === this.#statusBefore || this.#cursor === undefined) return false
    const { run, cursor, head } = status
    const isActive = run.status === 'running' || run.status === 'stopping'
    return !isActive && compareCursors(this.#cursor, cursor) >= 0 && head !== this.head
  }
}

/** The blocks with those that were said since: in place of those of their ids, or of the results of their calls, else behind them. */
function mergeBlocks(blocks: readonly Block[], said: readonly Block[]): readonly Block[] {
  const merged = [...blocks]
  const places = new Map<string, number>()
  for (const [index, block] of blocks.entries()) for (const name of namesOf(block)) places.set(name, index)
  for (const block of said) {
    const index = namesOf(block)
      .map((name) => places.get(name))
      .find((place) => place !== undefined)
    if (index === undefined) merged.push(block)
    else merged[index] = block
  }
  return merged
}

/** By what a block is known as the same one. */
function namesOf(block: Block): readonly string[] {
  return block.kind === 'tool-result' ? [`block ${block.id}`, `result ${block.callId}`] : [`block ${block.id}`]
}

/** The turn with what is the same as it was being the same objects. */
function sameTurn(known: TurnView | undefined, turn: TurnView): TurnView {
  if (known === undefined) return turn
  if (isSameJson(known, turn)) return known
  const blocks = new Map(known.blocks.map((block) => [block.id, block]))
  return {
    ...turn,
    blocks: turn.blocks.map((block) => {
      const before = blocks.get(block.id)
      return before !== undefined && isSameJson(before, block) ? before : block
    }),
  }
}

import { type Event, type EventOf, isTerminal } from './event.ts'
import { OpenItems } from './open-items.ts'

/** What a stream of events is checked as. */
export type GrammarLevel = 'engine-call' | 'run'

/** An event that may not stand where it stands. */
export interface GrammarProblem {
  readonly event: Event | undefined
  readonly message: string
}

/**
 * Checks the order of events.
 *
 * - `engine-call`: begins with the only `provider-call-started`, ends with its `provider-call-finished`; what runs and tools do is
 *   not in it.
 * - `run`: begins with the only `run-started`, ends with the only terminal event; a tool runs after its call has completed, and each
 *   call has at most one `tool-execution-finished`, without a start where the tool was not run (it is `ok` then only where an earlier run had run it); steps are committed in order, and a roll-back does not reach behind the last of them.
 * - Both: `seq` increases; what starts finishes, once; a delta belongs to something that has started; a finished text is the sum of its
 *   deltas; a call that was cut off has no parsed arguments; a list of degradations is not empty; everything of a provider call lies within it. Blocks may interleave.
 *
 * After a `gap` event, what may have been in the gap is not asked for.
 */
export interface GrammarChecker {
  /** What is wrong with the next event; undefined when nothing is. */
  accept(event: Event): GrammarProblem | undefined
  /** What is missing now that no event comes any more; undefined when nothing is. */
  end(): GrammarProblem | undefined
}

/** Makes a checker for one run or one engine call. */
export function createGrammarChecker(level: GrammarLevel): GrammarChecker {
  return new Checker(level)
}

class Checker implements GrammarChecker {
  readonly #level: GrammarLevel
  readonly #open = new OpenItems()
  /** By call id, the call as it ended. */
  readonly #calls = new Map<string, EventOf<'tool-call-finished'>>()
  readonly #seen = new Set<string>()
  #lastSeq = 0
  #count = 0
  #isOver = false
  #sawProviderCall = false
  #hadGap = false
  #steps = 0
  #committedSeq = 0

  constructor(level: GrammarLevel) {
    this.#level = level
  }

  accept(event: Event): GrammarProblem | undefined {
    const message = this.#check(event)
    this.#open.accept(event)
    this.#count++
    this.#lastSeq = event.seq
    this.#remember(event)
    if (this.#level === 'run' ? isTerminal(event) : event.type === 'provider-call-finished') this.#isOver = true
    return message === undefined ? undefined : { event, message: `${event.type} (seq ${event.seq}): ${message}` }
  }

  end(): GrammarProblem | undefined {
    if (this.#isOver) return undefined
    const last = this.#level === 'run' ? 'a terminal event' : 'provider-call-finished'
    return { event: undefined, message: this.#count === 0 ? 'there was no event' : `${last} is missing` }
  }

  #remember(event: Event): void {
    switch (event.type) {
      case 'gap':
        this.#hadGap = true
        break
      case 'provider-call-started':
        this.#sawProviderCall = true
        break
      case 'tool-call-finished':
        this.#calls.set(event.correlation.toolCallId ?? '', event)
        break
      case 'step-committed':
        this.#steps = event.step
        this.#committedSeq = event.seq
        break
      case 'run-rolled-back':
        for (const [id, { seq }] of this.#calls) if (seq >= event.fromSeq) this.#calls.delete(id)
        break
      default:
        break
    }
  }

  #check(event: Event): string | undefined {
    if (this.#isOver) return 'nothing may follow the last event'
    if (event.seq <= this.#lastSeq) return `seq must be over ${this.#lastSeq}`
    const first = this.#level === 'run' ? 'run-started' : 'provider-call-started'
    if (this.#count === 0 && event.type !== first && event.type !== 'gap') return `the first event must be ${first}`
    if (this.#count > 0 && event.type === first)
      return this.#level === 'run' ? 'a run starts once' : 'an engine call is one provider call'
    if (this.#level === 'engine-call' && isOfRun(event)) return 'an engine does not publish it: it belongs to the run'
    if (isTerminal(event)) return this.#openProblem()
    return this.#hadGap ? undefined : this.#checkItem(event)
  }

  #checkItem(event: Event): string | undefined {
    const { providerCallId = '', segmentId = '', toolCallId = '' } = event.correlation
    const open = this.#open
    switch (event.type) {
      case 'provider-call-started':
        if (providerCallId === '') return 'correlation.providerCallId is missing'
        if (event.degradations?.length === 0) return 'degradations is empty: leave it out'
        return this.#startOnce('provider call', providerCallId)
      case 'provider-call-updated':
        return open.providerCalls.has(providerCallId) ? undefined : 'no provider call with this id is open'
      case 'provider-call-finished': {
        if (!open.providerCalls.has(providerCallId)) return 'no provider call with this id is open'
        if (event.record.id !== providerCallId) return `the record is of call ${event.record.id}, not ${providerCallId}`
        const inside = [
          ...open.segments.values(),
          ...[...open.serverTools.values()].map((started) => ({ started })),
        ].find(({ started }) => started.correlation.providerCallId === providerCallId)
        return inside === undefined ? undefined : `${inside.started.type.replace('-started', '')} is still open in it`
      }
      case 'text-started':
      case 'reasoning-started':
      case 'tool-call-started':
      case 'server-tool-started':
        if (segmentId === '') return 'correlation.segmentId is missing'
        if (event.type === 'tool-call-started' && toolCallId === '') return 'correlation.toolCallId is missing'
        if (!open.providerCalls.has(providerCallId)) return 'no provider call is open for it'
        return this.#startOnce('segment', segmentId)
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta':
        return `${open.segments.get(segmentId)?.kind}-delta` === event.type
          ? undefined
          : `segment ${segmentId} is not open`
      case 'text-finished':
      case 'reasoning-finished': {
        const segment = open.segments.get(segmentId)
        if (`${segment?.kind}-finished` !== event.type) return `segment ${segmentId} is not open`
        return segment?.text === event.text ? undefined : 'its text is not the sum of its deltas'
      }
      case 'tool-call-finished':
        if (open.segments.get(segmentId)?.kind !== 'tool-call') return `segment ${segmentId} is not open`
        return event.outcome === 'completed' || event.input.state !== 'parsed'
          ? undefined
          : 'a call that was cut off cannot have parsed arguments'
      case 'server-tool-progress':
      case 'server-tool-finished':
        return open.serverTools.has(segmentId) ? undefined : `server tool ${segmentId} is not open`
      case 'tool-execution-started':
        if (toolCallId === '') return 'correlation.toolCallId is missing'
        // A run that goes on after a pause of the conversation begins with calls of an earlier one.
        if (this.#sawProviderCall && this.#calls.get(toolCallId)?.outcome !== 'completed')
          return `call ${toolCallId} has not completed`
        return this.#startOnce('tool execution', toolCallId)
      case 'tool-execution-progress':
        return open.executions.has(toolCallId) ? undefined : `tool execution ${toolCallId} is not open`
      case 'tool-execution-finished':
        return open.executions.has(toolCallId) ? undefined : this.#checkUnstarted(event, toolCallId)
      case 'step-committed':
        return event.step === this.#steps + 1 ? undefined : `step ${this.#steps + 1} must come before it`
      case 'run-rolled-back':
        // As large as its own number, it takes back what only those have who were told by a process that is gone.
        if (event.fromSeq > event.seq) return 'fromSeq must not be behind it'
        return event.fromSeq > this.#committedSeq ? undefined : `step ${this.#steps} is committed and stays`
      case 'debugger-paused':
        return this.#startOnce('pause', event.pauseId)
      case 'debugger-continued':
        return open.pauses.has(event.pauseId) ? undefined : `pause ${event.pauseId} is not open`
      default:
        return undefined
    }
  }

  /** The result of a call that was not run: it was denied, its arguments did not fit, the run was stopped before; or an earlier run had run it. */
  #checkUnstarted({ outcome }: EventOf<'tool-execution-finished'>, toolCallId: string): string | undefined {
    if (toolCallId === '') return 'correlation.toolCallId is missing'
    if (outcome === 'ok' && this.#sawProviderCall)
      return `tool execution ${toolCallId} was not started, so it cannot be ok`
    if (this.#sawProviderCall && !this.#calls.has(toolCallId)) return `there is no call ${toolCallId}`
    return this.#startOnce('tool execution', toolCallId)
  }

  #startOnce(what: string, id: string): string | undefined {
    const key = `${what} ${id}`
    if (this.#seen.has(key)) return `${key} starts a second time`
    this.#seen.add(key)
    return undefined
  }

  #openProblem(): string | undefined {
    const open = this.#open.describe()
    return open.length === 0 || this.#hadGap ? undefined : `still open: ${open.join(', ')}`
  }
}

/** Whether only the session, the loop or a tool's executor publishes it. */
function isOfRun({ type }: Event): boolean {
  return type.startsWith('run-') || type.startsWith('tool-execution-') || type === 'step-committed'
}

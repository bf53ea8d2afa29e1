import { setTimeout as delay } from 'node:timers/promises'
import type { RunResult } from '@geppetto/session'
import { type Turn, visibleText, withBlocks } from '@geppetto/turns'
import type { ChatBackend } from './backend.ts'
import type { ChatView } from './chat-view.ts'
import type { Standing } from './sessions/open-session.ts'
import type { StartedAnswer } from './start-answer.ts'

/** An answer of another terminal. */
export type Held = Extract<Standing, { readonly kind: 'held' }>

/** How often it is looked what has become of a prompt that waits, in milliseconds. */
const lookMs = 250

/** What an onlooker works with. */
export interface OnlookerParts {
  readonly backend: ChatBackend
  readonly view: ChatView
  /** Ends the conversation. */
  readonly signal: AbortSignal
  /** Shows the last prompt and what came of it. */
  readonly showLast: (how?: { readonly wasWatched: boolean }) => void
  /** Says how an answer ended, where there is something to be said. */
  readonly tellOutcome: (result: RunResult) => void
}

/** Shows answers that this terminal has not asked for: those of other terminals, and of prompts that waited in line. */
export class Onlooker {
  readonly #parts: OnlookerParts

  constructor(parts: OnlookerParts) {
    this.#parts = parts
  }

  /**
   * Follows the answer that another process gets, to its end or until Ctrl-C; whether it has ended. `isWhole`: with all that was said before. `isOwn`: to what was
   * said here.
   */
  async watch({ active }: Held, { isWhole = false, isOwn = false } = {}): Promise<boolean> {
    const { backend, view, showLast } = this.#parts
    const leave = new AbortController()
    view.onInterrupt = () => leave.abort()
    if (isOwn) this.#tell(`Your prompt is answered now, in ${active.holder}. Ctrl-C stops watching.`)
    else
      this.#tell(
        `${backend.name ?? 'This session'} is getting an answer in another terminal (${active.holder}, run ${active.runId}).\nYou see it here. Ctrl-C stops watching; then /cancel stops the answer.`,
      )
    const onStart = () => {
      const { conversation } = backend
      if (conversation !== undefined)
        view.showTurn(isWhole ? asFarAsKnown(conversation) : exchange(conversation), 'last')
    }
    const end = await backend.watch(active, { onStart, sink: await view.createSink() }, leave.signal)
    view.endPart()
    if (end === 'left') {
      this.#tell('The answer goes on there: /watch shows it again, /cancel stops it.')
      view.endPart()
    } else if (end === 'missed') showLast()
    else if (backend.isInterrupted) showLast({ wasWatched: true })
    return end !== 'left'
  }

  /** A prompt that begins by itself is shown before its answer is. */
  announce(): void {
    const { backend, view } = this.#parts
    const { conversation } = backend
    if (conversation === undefined) return
    this.#tell('From the line:')
    view.showTurn(exchange(conversation), 'last')
  }

  /** Follows the answers of prompts that have begun by themselves, one after the other. */
  async followLine(): Promise<void> {
    const { backend } = this.#parts
    for (let answer = backend.line.active; answer !== undefined; answer = backend.line.active)
      await this.#follow(answer)
  }

  /** Puts the prompt in line behind the answer of another terminal, and follows both; until Ctrl-C, when the prompt waits on. */
  async waitInLine(prompt: string): Promise<void> {
    const { backend, view, tellOutcome, showLast } = this.#parts
    const { answer, isKept } = await backend.line.put(prompt)
    const { handle, finished } = answer
    const how = isKept
      ? 'kept in line: it is asked next, also where this terminal is closed'
      : 'in line, and not kept yet'
    this.#tell(`Your prompt is ${how}. /queue shows what waits, /withdraw takes it back.`)
    view.endPart()
    const isOver = () => handle.state === 'settled'
    let shown = ''
    while (!isOver() && !this.#parts.signal.aborted) {
      const standing = await backend.catchUp()
      if (standing.kind === 'held') {
        const hasEnded = await this.watch(standing, { isOwn: standing.active.runId === handle.runId })
        if (!hasEnded) return this.#leave(handle.runId)
        shown = standing.active.runId
        if (shown === handle.runId) return
      } else if (standing.kind === 'answering') {
        await this.followLine()
        if (isOver()) shown = handle.runId
      } else if (!(await this.#pause(finished))) return this.#leave(handle.runId)
    }
    const result = await finished
    if (shown === handle.runId) return
    await backend.reopen()
    if (result.turn.id === backend.conversation?.id) showLast()
    else if (result.status === 'cancelled') this.#tell('The prompt was taken out of the line.')
    tellOutcome(result)
    view.endPart()
  }

  /** Whether the person goes on waiting. */
  async #pause(finished: Promise<RunResult>): Promise<boolean> {
    const { view, signal } = this.#parts
    const leave = new AbortController()
    view.onInterrupt = () => leave.abort()
    const until = AbortSignal.any([leave.signal, signal])
    await Promise.race([finished, delay(lookMs, undefined, { signal: until }).catch(leftEarly)])
    return !until.aborted
  }

  #leave(runId: string): void {
    const { backend, view } = this.#parts
    if (!backend.line.known.some((waiting) => waiting.runId === runId)) return
    this.#tell('Your prompt waits on: /queue shows it, /withdraw takes it back.')
    view.endPart()
  }

  async #follow({ handle, finished }: StartedAnswer): Promise<void> {
    const { view, tellOutcome } = this.#parts
    view.onInterrupt = () => {
      void handle.cancel('user')
    }
    const result = await finished
    tellOutcome(result)
    view.endPart()
  }

  #tell(text: string): void {
    this.#parts.view.tell(visibleText(`${text}\n`), 'dim')
  }
}

/** The last prompt, and what of its answer is known. */
function exchange(turn: Turn): Turn {
  const known = asFarAsKnown(turn)
  const start = known.blocks.findLastIndex((block) => block.kind === 'user')
  return withBlocks(known, known.blocks.slice(Math.max(0, start)))
}

/** While an answer goes on, the results at its end say of calls that they were not run: what comes of them is heard. */
function asFarAsKnown(turn: Turn): Turn {
  const end = turn.blocks.findLastIndex((block) => block.kind !== 'tool-result' || block.outcome !== 'not-run') + 1
  return withBlocks(turn, turn.blocks.slice(0, end))
}

/** The one who waits has said so himself. */
function leftEarly(): void {}

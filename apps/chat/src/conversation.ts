import type { EventSink } from '@geppetto/events'
import { isSessionBusyError, isSessionConflictError, isSessionError, type RunResult } from '@geppetto/session'
import { showCost } from '@geppetto/settings'
import { isTurnError, printTurn, type Turn, toErrorData, visibleText, withBlocks } from '@geppetto/turns'
import { adviceFor } from './advice.ts'
import type { StartedAnswer } from './backend.ts'
import type { CommandResult, CommandScope } from './command.ts'
import { readLine } from './commands.ts'
import type { Standing } from './sessions/open-session.ts'
import type { Paint } from './style.ts'
import type { Terminal } from './terminal.ts'
import type { ToldEnds } from './told-ends.ts'
import { confirmedTools } from './tools/index.ts'
import { createWarningLines } from './warning-lines.ts'

/** What a conversation needs. */
export interface ConversationParts extends CommandScope {
  readonly terminal: Terminal
  readonly paint: Paint
  /** Makes what draws the answer of another terminal. */
  readonly createSink: () => Promise<EventSink>
  /** What the user has seen the end of. */
  readonly toldEnds: ToldEnds
  /** What there is to say about the session that the chat begins with. */
  readonly opening?: string
  /** Whether to tell what an answer cost. */
  readonly showsCost: boolean
  /** Ends the conversation. */
  readonly signal: AbortSignal
}

/** Talks until the user leaves: reads a line, answers it, and again. */
export async function converse(parts: ConversationParts): Promise<void> {
  parts.terminal.write(await banner(parts))
  await new Conversation(parts).talk()
}

class Conversation {
  readonly #parts: ConversationParts
  readonly #warningLines = createWarningLines()

  constructor(parts: ConversationParts) {
    this.#parts = parts
  }

  async talk(): Promise<void> {
    const { backend, terminal, paint, signal, opening } = this.#parts
    if (opening !== undefined) await this.#guarded(() => this.#showOpened(opening))
    while (!signal.aborted) {
      const line = await terminal.readLine(paint('bold', '> '))
      if (line === undefined) return
      const said = line.trim()
      if (said === '') continue
      const interrupt = new AbortController()
      terminal.onInterrupt = () => interrupt.abort()
      const meaning = readLine(said)
      const goesOn = meaning.kind === 'prompt' || meaning.goesOn
      let leaves = false
      await this.#guarded(async () => {
        if (goesOn && !(await this.#isCurrent(said))) return
        if (meaning.kind === 'prompt') {
          await backend.nameAfter(said)
          await this.#answer(backend.start(said), said)
        } else leaves = await this.#follow(await meaning.run(this.#parts, interrupt.signal), said)
      })
      if (leaves) return
    }
  }

  /** Does what a command comes to; whether the user leaves. */
  async #follow(outcome: CommandResult, line: string): Promise<boolean> {
    const { backend, terminal, paint } = this.#parts
    switch (outcome.kind) {
      case 'leave':
        return true
      case 'shown':
        terminal.write(`${outcome.text}\n`)
        return false
      case 'started':
        terminal.write(paint('dim', outcome.text))
        await this.#answer(outcome.answer, line)
        return false
      case 'offered':
        terminal.offer(outcome.line)
        return false
      case 'opened':
        await this.#showOpened(outcome.text)
        return false
      case 'watch': {
        const standing = await backend.catchUp()
        if (standing.kind === 'held') await this.#watch(standing)
        else terminal.write('No other terminal is getting an answer in this session.\n\n')
        return false
      }
    }
  }

  /** What a user cannot go on with is told, and the chat goes on. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    const { terminal, paint } = this.#parts
    try {
      await work()
    } catch (error) {
      if (!isSessionError(error) && !isTurnError(error)) throw error
      terminal.write(`${paint('red', visibleText(error.message))}\n\n`)
    }
  }

  /** Whether the line can go on from the conversation as the user sees it; else it is offered again when that is shown. */
  async #isCurrent(line: string): Promise<boolean> {
    const { backend, terminal } = this.#parts
    const standing = await backend.catchUp()
    if (standing.kind === 'current') return true
    if (standing.kind === 'changed') this.#showChanged()
    // Who stops watching may have something else to say first: the line can be called back.
    if (standing.kind === 'changed' || (await this.#watch(standing))) terminal.offer(line)
    return false
  }

  #showChanged(): void {
    this.#tell('The conversation went on in another terminal meanwhile:')
    this.#showLast()
  }

  async #showOpened(text: string): Promise<void> {
    const { backend, terminal } = this.#parts
    terminal.write(text)
    const standing = await backend.catchUp()
    if (standing.kind === 'held') {
      await this.#watch(standing)
      return
    }
    this.#showLast()
  }

  /** The last prompt and what came of it. */
  #showLast(): void {
    const { backend, terminal } = this.#parts
    const { conversation } = backend
    if (conversation !== undefined) terminal.write(printTurn(lastExchange(conversation)))
    if (backend.isInterrupted)
      this.#tell(
        'The answer was interrupted: the process that was writing it is gone.\n/resume goes on from here, /retry asks again, /undo drops the prompt.',
      )
    terminal.write('\n')
  }

  /** Follows the answer that another process gets, to its end or until Ctrl-C; whether it has ended. */
  async #watch({ active }: Extract<Standing, { kind: 'held' }>): Promise<boolean> {
    const { backend, terminal, createSink } = this.#parts
    const leave = new AbortController()
    terminal.onInterrupt = () => leave.abort()
    this.#tell(
      `${backend.name ?? 'This session'} is getting an answer in another terminal (${active.holder}, run ${active.runId}).\nYou see it here. Ctrl-C stops watching; then /cancel stops the answer.`,
    )
    const hasEnded = await backend.watch(active, await createSink(), leave.signal)
    terminal.write('\n')
    if (!hasEnded) this.#tell('The answer goes on there: /watch shows it again, /cancel stops it.\n')
    else if (backend.isInterrupted) this.#showLast()
    return hasEnded
  }

  /** Shows an answer to its end, and what can be done where it has none. */
  async #answer({ handle, finished }: StartedAnswer, line: string): Promise<void> {
    const { terminal, paint, answering, showsCost } = this.#parts
    terminal.onInterrupt = () => {
      void handle.cancel('user')
    }
    const result = await finished
    if (result.status === 'failed' && isTakenError(result.error)) {
      await this.#giveWay(line)
      return
    }
    this.#tellOutcome(result)
    const cost = showsCost ? answering.costOf(result) : undefined
    if (cost !== undefined) terminal.write(`${paint('dim', `[cost] ${showCost(cost)}`)}\n`)
    for (const warning of this.#warningLines(result.warnings)) terminal.write(`${paint('yellow', warning)}\n`)
    terminal.write('\n')
  }

  /** Another process was quicker: what it does is shown, and the line is offered again. */
  async #giveWay(line: string): Promise<void> {
    const { backend, terminal } = this.#parts
    await backend.reopen()
    if (await this.#isCurrent(line)) {
      this.#showChanged()
      terminal.offer(line)
    }
  }

  #tellOutcome(result: RunResult): void {
    const { backend, answering, terminal, paint, toldEnds } = this.#parts
    if (result.status === 'failed' && !toldEnds.has(result.runId))
      terminal.write(`${paint('red', visibleText(`[failed] ${toErrorData(result.error).message}`))}\n`)
    const advice = result.status === 'failed' ? adviceFor(result.error, answering.choice, '/') : undefined
    if (advice !== undefined) this.#tell(advice)
    if (backend.conversation?.id !== result.turn.id) this.#tell('The answer from before stays; /retry asks again.')
    else if (result.status === 'failed')
      this.#tell('/retry asks again, /undo drops the prompt; else it goes along with the next.')
  }

  #tell(text: string): void {
    const { terminal, paint } = this.#parts
    terminal.write(`${paint('dim', visibleText(text))}\n`)
  }
}

/** Somebody else holds the session, or has written to it. */
function isTakenError(error: unknown): boolean {
  return isSessionBusyError(error) || isSessionConflictError(error)
}

/** What tools gave is long: the answer says what came of it. */
function lastExchange(turn: Turn): Turn {
  const start = turn.blocks.findLastIndex((block) => block.kind === 'user')
  const blocks = turn.blocks.slice(Math.max(0, start))
  const told = blocks.filter((block) => block.kind !== 'tool-result' || block.outcome !== 'ok')
  return withBlocks({ ...turn, metadata: {} }, told)
}

async function banner({ answering, tools, paint }: ConversationParts): Promise<string> {
  const { description, choice } = answering
  const others = choice.reason === undefined ? [] : await answering.others()
  const names = tools.map(({ name }) => (confirmedTools.has(name) ? `${name} (asks first)` : name))
  const how =
    others.length === 0 ? '/engine takes another.' : `Also there: ${others.join(', ')}; /engine NAME takes one.`
  return `${paint('bold', 'Geppetto chat')}
Answering: ${visibleText(description)}
${choice.reason === undefined ? '' : `${paint('dim', visibleText(`Taken because ${choice.reason}. ${how}`))}\n`}Tools: ${names.length === 0 ? 'none' : names.join(', ')}
${paint('dim', 'Ctrl-C stops an answer, and leaves at the prompt. /help shows the commands.')}

`
}

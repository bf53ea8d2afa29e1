import { isSessionBusyError, isSessionConflictError, isSessionError, type RunResult } from '@geppetto/session'
import { showCost } from '@geppetto/settings'
import { defined, isTurnError, visibleText } from '@geppetto/turns'
import { adviceFor } from './advice.ts'
import type { ChatView, Greeting } from './chat-view.ts'
import type { CommandResult, CommandScope } from './command.ts'
import { readLine } from './commands.ts'
import { isYes } from './confirm.ts'
import { faultText } from './fault-text.ts'
import { type Held, Onlooker } from './onlooker.ts'
import type { StartedAnswer } from './start-answer.ts'
import type { ToldEnds } from './told-ends.ts'
import { confirmedTools } from './tools/index.ts'
import { createWarningLines } from './warning-lines.ts'

/** What a conversation needs. */
export interface ConversationParts extends CommandScope {
  readonly view: ChatView
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
  parts.view.greet(await greeting(parts))
  await new Conversation(parts).talk()
}

class Conversation {
  readonly #parts: ConversationParts
  readonly #warningLines = createWarningLines()
  readonly #onlooker: Onlooker
  /** The run that was asked for here: others begin by themselves. */
  #asked: string | undefined

  constructor(parts: ConversationParts) {
    this.#parts = parts
    this.#onlooker = new Onlooker({
      ...parts,
      showLast: (how) => this.#showLast(how),
      tellOutcome: (result) => this.#tellOutcome(result),
    })
    parts.toldEnds.onStart = (runId) => {
      if (runId !== this.#asked) this.#onlooker.announce()
    }
  }

  async talk(): Promise<void> {
    const { backend, view, signal, opening } = this.#parts
    if (opening !== undefined) await this.#guarded(() => this.#showOpened(opening))
    while (!signal.aborted) {
      const line = await view.readLine()
      if (line === undefined) return
      const said = line.trim()
      if (said === '') continue
      const interrupt = new AbortController()
      view.onInterrupt = () => interrupt.abort()
      const meaning = readLine(said)
      const goesOn = meaning.kind === 'prompt' || meaning.goesOn
      let leaves = false
      await this.#guarded(async () => {
        if (goesOn && !(await this.#isCurrent(said, meaning.kind === 'prompt'))) return
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
    const { backend, view } = this.#parts
    switch (outcome.kind) {
      case 'leave':
        return true
      case 'shown':
        view.tell(outcome.text)
        view.endPart()
        return false
      case 'choice':
        view.choose(outcome.text, outcome.choices)
        view.endPart()
        return false
      case 'history':
        view.showTurn(outcome.turn, 'all')
        view.endPart()
        return false
      case 'started':
        view.tell(outcome.text, 'dim')
        await this.#answer(outcome.answer, line)
        return false
      case 'offered':
        view.offer(outcome.line)
        return false
      case 'opened':
        await this.#showOpened(outcome.text)
        return false
      case 'watch': {
        const standing = await backend.catchUp()
        if (standing.kind === 'held') await this.#onlooker.watch(standing)
        else if (standing.kind === 'answering') await this.#onlooker.followLine()
        else {
          view.tell('No other terminal is getting an answer in this session.\n')
          view.endPart()
        }
        return false
      }
    }
  }

  /** What a user cannot go on with is told, and the chat goes on. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    const { view } = this.#parts
    try {
      await work()
    } catch (error) {
      if (!isSessionError(error) && !isTurnError(error)) throw error
      view.tell(visibleText(`${faultText(error)}\n`), 'red')
      view.endPart()
    }
  }

  /** Whether the line can go on from the conversation as the user sees it; else it is offered again when that is shown. */
  async #isCurrent(line: string, isPrompt = false): Promise<boolean> {
    const { backend, view } = this.#parts
    const standing = await backend.catchUp()
    if (standing.kind === 'current') return true
    if (standing.kind === 'held' && isPrompt) {
      const answer = await this.#askToWait(standing)
      if (isYes(answer)) await this.#onlooker.waitInLine(line)
      if (answer === undefined) view.offer(line)
      if (isYes(answer) || answer === undefined) return false
    }
    if (standing.kind === 'changed') this.#showChanged()
    if (standing.kind === 'answering') await this.#onlooker.followLine()
    // Who stops watching may have something else to say first: the line can be called back.
    if (standing.kind !== 'held' || (await this.#onlooker.watch(standing))) view.offer(line)
    return false
  }

  /** Asks whether the prompt is to be asked behind the answer that another terminal is getting, whatever that says; undefined on Ctrl-C. */
  #askToWait({ active }: Held): Promise<string | undefined> {
    const { ask, backend, view, signal } = this.#parts
    const leave = new AbortController()
    view.onInterrupt = () => leave.abort()
    const where = `${backend.name ?? 'This session'} is getting an answer in ${active.holder}.`
    const question = visibleText(`${where} Put your prompt in line behind it? [y/N] `)
    return ask(question, AbortSignal.any([signal, leave.signal]))
  }

  #showChanged(): void {
    this.#tell('The conversation went on in another terminal meanwhile:')
    this.#showLast()
  }

  async #showOpened(text: string): Promise<void> {
    const { backend, view } = this.#parts
    view.tell(text)
    const standing = await backend.catchUp()
    if (standing.kind === 'held') {
      await this.#onlooker.watch(standing, { isWhole: true })
      return
    }
    this.#showLast()
    const { length } = backend.line.known
    if (length === 0) return
    this.#tell(`${length === 1 ? 'A prompt waits' : `${length} prompts wait`} in line: /queue shows, /next asks.`)
    view.endPart()
  }

  /** The last prompt and what came of it. */
  #showLast({ wasWatched = false } = {}): void {
    const { backend, view } = this.#parts
    const { conversation } = backend
    if (conversation !== undefined && wasWatched) view.showCutOff(conversation)
    else if (conversation !== undefined) view.showTurn(conversation, 'last')
    if (backend.isInterrupted)
      this.#tell(
        'The answer was interrupted: the process that was writing it is gone.\n/resume goes on from here, /retry asks again, /undo drops the prompt.',
      )
    view.endPart()
  }

  /** Shows an answer to its end, and what can be done where it has none. */
  async #answer({ handle, finished }: StartedAnswer, line: string): Promise<void> {
    const { view, answering, showsCost } = this.#parts
    this.#asked = handle.runId
    view.onInterrupt = () => {
      void handle.cancel('user')
    }
    const result = await finished
    if (result.status === 'failed' && isTakenError(result.error)) {
      await this.#giveWay(line)
      return
    }
    this.#tellOutcome(result)
    const cost = showsCost ? answering.costOf(result) : undefined
    if (cost !== undefined) view.tell(`[cost] ${showCost(cost)}\n`, 'dim')
    for (const warning of this.#warningLines(result.warnings)) view.tell(`${warning}\n`, 'yellow')
    view.endPart()
    await this.#onlooker.followLine()
  }

  /** Another process was quicker: what it does is shown, and the line is offered again. */
  async #giveWay(line: string): Promise<void> {
    const { backend, view } = this.#parts
    await backend.reopen()
    if (await this.#isCurrent(line)) {
      this.#showChanged()
      view.offer(line)
    }
  }

  #tellOutcome(result: RunResult): void {
    const { backend, answering, view, toldEnds } = this.#parts
    if (result.status === 'failed' && !toldEnds.has(result.runId))
      view.tell(visibleText(`[failed] ${faultText(result.error)}\n`), 'red')
    const advice = result.status === 'failed' ? adviceFor(result.error, answering.choice, '/') : undefined
    if (advice !== undefined) this.#tell(advice)
    // The next of the line goes on from there.
    if (backend.line.active !== undefined) return
    if (backend.conversation?.id !== result.turn.id) this.#tell('The answer from before stays; /retry asks again.')
    else if (result.status === 'failed')
      this.#tell('/retry asks again, /undo drops the prompt; else it goes along with the next.')
  }

  #tell(text: string): void {
    const { view } = this.#parts
    view.tell(visibleText(`${text}\n`), 'dim')
  }
}

/** Somebody else holds the session, or has written to it. */
function isTakenError(error: unknown): boolean {
  return isSessionBusyError(error) || isSessionConflictError(error)
}

async function greeting({ answering, tools }: ConversationParts): Promise<Greeting> {
  const { description, choice } = answering
  const others = choice.reason === undefined ? [] : await answering.others()
  const how =
    others.length === 0 ? '/engine takes another.' : `Also there: ${others.join(', ')}; /engine NAME takes one.`
  return {
    answering: description,
    tools: tools.map(({ name }) => (confirmedTools.has(name) ? `${name} (asks first)` : name)),
    ...defined({ why: choice.reason === undefined ? undefined : `Taken because ${choice.reason}. ${how}` }),
  }
}

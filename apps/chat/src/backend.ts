import type { Context } from '@geppetto/context'
import type { ActiveRun, DecideUnsureCall, EngineBuilder, ExecutionHandle, Prompt, Session } from '@geppetto/session'
import { type ProviderCallRecord, providerCalls, type Turn } from '@geppetto/turns'
import { promptText } from './prompt-text.ts'
import { type BranchPoint, branchPoints } from './sessions/branch-points.ts'
import { OpenSession, type Standing } from './sessions/open-session.ts'
import { PromptLine } from './sessions/prompt-line.ts'
import { nameFor, SessionShelf } from './sessions/shelf.ts'
import { type RunWatcher, type WatchEnd, watchRun } from './sessions/watch-run.ts'
import { type AnswerLimits, type StartedAnswer, startAnswer } from './start-answer.ts'

/**
 * The chat without its drawing: owns the session. A start is synchronous and every answer has one end, so there is no time between in
 * which the chat would not know whether it answers.
 */
export class ChatBackend {
  readonly shelf: SessionShelf
  /** The prompts that wait. */
  readonly line: PromptLine
  readonly #limits: AnswerLimits
  readonly #open: OpenSession
  /** A session whose first prompt was dropped: the next takes its place. */
  #emptied: Session | undefined

  constructor(builder: EngineBuilder, limits: AnswerLimits, shelf: SessionShelf = new SessionShelf()) {
    this.shelf = shelf
    this.#limits = limits
    this.#open = new OpenSession(builder, shelf)
    this.line = new PromptLine(this.#open, limits.signal)
  }

  /** The conversation so far; undefined before the first prompt. */
  get conversation(): Turn | undefined {
    return this.#isEmptied ? undefined : this.#session.latest
  }

  /** How many prompts the conversation has. */
  get turnCount(): number {
    return this.#isEmptied ? 0 : this.#session.turnCount
  }

  /** What the user said last. */
  get lastPrompt(): Prompt | undefined {
    return this.conversation?.blocks.findLast((block) => block.kind === 'user')?.content
  }

  /** The provider calls of the conversation, from its beginning. */
  get calls(): readonly ProviderCallRecord[] {
    const session = this.#session
    return Array.from({ length: this.turnCount }, (_, index) => providerCalls(session.getTurn(index))).flat()
  }

  /** What people call the session; undefined before it has a name. */
  get name(): string | undefined {
    return this.#session.metadata.title
  }

  get sessionId(): string {
    return this.#session.id
  }

  /** Whether the last answer ended with the process that wrote it. */
  get isInterrupted(): boolean {
    const { lastRun } = this.#session
    return lastRun?.stop === 'owner_lost' && lastRun.turnId === this.conversation?.id
  }

  /** From the next answer on this makes them; the conversation goes on. */
  answerWith(builder: EngineBuilder): void {
    this.#session.builder = builder
  }

  /** @throws SessionBusyError while an answer is on its way; TurnError `invalid_block` when the prompt is empty. */
  start(prompt: Prompt): StartedAnswer {
    if (this.#isEmptied) return this.#startBeside(prompt)
    const turns = this.#session.turnCount + 1
    return this.#begin((ctx) => {
      const handle = this.#session.submit(prompt, {}, ctx)
      this.#session.updateMetadata({ turns })
      return handle
    })
  }

  /**
   * Asks the last prompt again, without the answer that it got: beside it, as another branch. Undefined when there is none. An answer that
   * was complete comes back when the new one does not get as far.
   * @throws SessionBusyError while an answer is on its way.
   */
  retry(): StartedAnswer | undefined {
    const former = this.conversation
    if (former === undefined) return undefined
    this.#session.regenerate()
    return this.#startLatest(former)
  }

  /**
   * Asks another prompt in place of the last, as another branch; undefined when there is none.
   * @throws SessionBusyError while an answer is on its way.
   */
  edit(prompt: Prompt): StartedAnswer | undefined {
    return this.conversation === undefined ? undefined : this.#startBeside(prompt)
  }

  /**
   * Goes on where the last answer stopped; undefined where nothing has been said.
   * @throws SessionBusyError; SessionError `nothing_to_run` when it is complete
   */
  resume(unsureCalls: DecideUnsureCall): StartedAnswer | undefined {
    if (this.conversation === undefined) return undefined
    return this.#begin((ctx) => this.#session.resume({ unsureCalls }, ctx))
  }

  /**
   * Goes back to before the last prompt, if there is one. What is dropped stays as a branch.
   * @throws SessionBusyError while an answer is on its way; SessionError `store_failed`
   */
  async undo(): Promise<void> {
    this.#open.assertIdle()
    const { turnCount } = this
    if (turnCount > 1) await this.checkout(this.#session.getTurn(turnCount - 2).id)
    else if (turnCount === 1) this.#emptied = this.#session
  }

  /** The places where the conversation parts, from the first prompt on. */
  branchPoints(): readonly BranchPoint[] {
    return this.conversation === undefined ? [] : branchPoints(this.#session)
  }

  /** Goes on with the branch that ends there. @throws SessionBusyError; SessionError `no_such_turn`, `store_failed` */
  async checkout(turnId: string): Promise<void> {
    this.#session.checkout(turnId)
    await this.#open.save()
  }

  /** Begins a new conversation. @throws SessionBusyError while an answer is on its way. */
  startAnew(): void {
    this.#open.take(this.#open.create())
  }

  /**
   * Opens the session of that name, or begins one.
   * @returns whether there was one. @throws SessionBusyError while an answer is on its way; SessionError when it cannot be opened
   */
  async openOrBegin(name: string): Promise<boolean> {
    const known = await this.shelf.find(name)
    if (known !== undefined) {
      await this.openById(known.sessionId)
      return true
    }
    // Two terminals that begin it at the same time have one session: hence its id.
    const isTaken = (await this.shelf.store.find(name)) !== undefined
    this.#open.take(this.#open.create({ metadata: { title: name }, ...(isTaken ? undefined : { id: name }) }))
    return false
  }

  /**
   * Opens a session. An answer whose process is gone is settled, see {@link isInterrupted}.
   * @throws SessionBusyError while an answer is on its way; SessionError `no_such_session`, or when it cannot be opened
   */
  openById(id: string): Promise<void> {
    return this.#open.open(id)
  }

  /** Reads the session again, as another process has left it. @throws SessionError */
  async reopen(): Promise<void> {
    this.#emptied = undefined
    await this.#open.readAgain()
  }

  /**
   * A session of its own with the first `count` prompts (default all) and their answers, which the chat goes on with.
   * @throws SessionError `no_such_turn`, `store_failed`
   */
  async fork(count: number = this.turnCount): Promise<void> {
    const title = await this.shelf.freeName(`${this.name ?? 'session'}-fork`)
    await this.#open.adopt(this.#session.fork({ at: count - 1 }), title)
  }

  /** Begins a conversation with a turn from elsewhere. @throws TurnError when it is not valid; SessionError `store_failed` */
  async take(turn: Turn, name: string): Promise<void> {
    const session = this.#open.create()
    session.append(turn)
    await this.#open.adopt(session, await this.shelf.freeName(name))
  }

  /** @throws SessionBusyError, SessionError `store_failed` */
  async rename(name: string): Promise<void> {
    this.#session.updateMetadata({ title: name })
    if (this.#session.turnCount > 0) await this.#open.save()
  }

  /** Gives a conversation that has none a name after its first prompt. @throws SessionError `store_failed` */
  async nameAfter(prompt: Prompt): Promise<void> {
    if (this.name !== undefined) return
    this.#session.updateMetadata({ title: await this.shelf.freeName(nameFor(promptText(prompt))) })
  }

  /** To be asked before the conversation goes on: somebody else may have gone on with it. @throws SessionError */
  async catchUp(): Promise<Standing> {
    const standing = await this.#open.catchUp()
    if (standing.kind === 'changed') this.#emptied = undefined
    return standing
  }

  /** Follows the run to its end, and reads the session again. @throws SessionError */
  async watch(active: ActiveRun, watcher: RunWatcher, signal: AbortSignal): Promise<WatchEnd> {
    const until = AbortSignal.any([signal, this.#limits.signal])
    const end = await watchRun(this.#session, active, watcher, until)
    if (end !== 'left') await this.reopen()
    return end
  }

  /** Stops the answer that is being written here, as the program ends: what waits stays in line. */
  async close(): Promise<void> {
    await this.#session.active?.cancel('shutdown')
  }

  /** Stops the answer that another process is writing, and reads the session again. @throws SessionError */
  async cancelElsewhere(): Promise<void> {
    await this.#session.cancelActive('user')
    await this.reopen()
  }

  get #session(): Session {
    return this.#open.current
  }

  get #isEmptied(): boolean {
    return this.#emptied === this.#session
  }

  #startBeside(prompt: Prompt): StartedAnswer {
    const former = this.#session.latest
    this.#session.editPrompt(prompt)
    this.#emptied = undefined
    return this.#startLatest(former)
  }

  #startLatest(former: Turn | undefined): StartedAnswer {
    const session = this.#session
    const { handle, finished } = this.#begin((ctx) => session.startInference(ctx))
    const settled = finished.then(async (result) => {
      const isBetter = result.status === 'completed' || former === undefined || !isAnswered(former)
      if (isBetter || this.#session !== session || session.isRunning) return result
      session.checkout(former.id)
      // What cannot be written now is written with the next run, which says what is wrong.
      await this.#open.save().catch(leaveToNextRun)
      return result
    })
    return { handle, finished: settled }
  }

  #begin(start: (ctx: Context) => ExecutionHandle): StartedAnswer {
    return startAnswer(this.#limits, start)
  }
}

/** Whether the turn has an answer that was not cut off. */
function isAnswered({ blocks }: Turn): boolean {
  const last = blocks.at(-1)
  return last?.kind === 'assistant' && last.complete !== false
}

function leaveToNextRun(): void {}

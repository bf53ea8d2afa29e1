import type { Context } from '@geppetto/context'
import type { RequestPreview, TokenCount } from '@geppetto/engine'
import { isStopReason } from '@geppetto/turns'
import { assertCall, optionNames } from './call-arguments.ts'
import type { ExecutionHandle } from './contract/execution-handle.ts'
import type { RunSummary } from './contract/run-summary.ts'
import { assertText } from './contract/session-options.ts'
import type { InferenceOptions, StartOptions } from './contract/start-options.ts'
import { askedOf, runnableTurn } from './history/next-turn.ts'
import { countRequestTokens, prepareRequest } from './prepare-request.ts'
import { type ResumeOptions, resumptionOf, turnToResume } from './runs/resume.ts'
import type { HowToStart } from './runs/run-host.ts'
import type { SessionCore } from './session-core.ts'
import { SessionPrompts } from './session-prompts.ts'

/** The runs of a session: one at a time. */
export class SessionRuns extends SessionPrompts {
  readonly #core: SessionCore

  /** @internal A session is one. */
  constructor(core: SessionCore) {
    super(core)
    this.#core = core
  }

  /** Whether a run is active. */
  get isRunning(): boolean {
    return this.#core.active !== undefined
  }

  /** The run that is active. */
  get active(): ExecutionHandle | undefined {
    return this.#core.active
  }

  /**
   * What became of the newest run that has ended, also of a session that was opened; undefined before the first. One whose process is gone is `cancelled` with
   * the stop `owner_lost`: `resume` goes on with it.
   */
  get lastRun(): RunSummary | undefined {
    return this.#core.lastRun
  }

  /**
   * The run of that request, also of an earlier time; undefined where there is none. Ask before a turn is made to be run for a request that may come twice.
   * @throws SessionError `invalid_options`
   */
  findRun(requestId: string): ExecutionHandle | undefined {
    assertText(requestId, 'requestId')
    return this.#core.submissions.find({ requestId })
  }

  /** Stops the active run, if there is one, also of another owner in a shared store; resolves when it has ended. */
  async cancelActive(reason?: unknown): Promise<void> {
    const { active, storage } = this.#core
    if (active !== undefined) await active.cancel(reason)
    else await storage?.cancelElsewhere(isStopReason(reason) ? reason : 'user', this.#core.contextOf(undefined))
  }

  /**
   * Starts to run the latest turn, and returns at once. A turn that failed, was cancelled or waits goes on where it stopped.
   * @throws SessionBusyError while a run is active; SessionError `no_turn`, `nothing_to_run`; TurnError `invalid_schema`.
   */
  startInference(ctx?: Context, options: InferenceOptions = {}): ExecutionHandle {
    assertCall({ usage: 'startInference(ctx, options)', options, ctx, names: optionNames.inference })
    return this.#core.start(options, ctx, () => runnableTurn(this.#core.history, askedOf(options)))
  }

  /**
   * Goes on where a run stopped that did not complete, as after a crash: what tools have done stays, calls that were never started are run, and of those that may have
   * run `unsureCalls` says what becomes, where their tools cannot.
   * @throws as {@link SessionRuns.startInference}; SessionError `invalid_options`
   */
  resume(options: ResumeOptions = {}, ctx?: Context): ExecutionHandle {
    assertCall({ usage: 'resume(options, ctx)', options, ctx, names: optionNames.resume })
    let how: HowToStart = {}
    const makeTurn = () => {
      const { turn, takenUp, unsureCalls } = turnToResume(runnableTurn(this.#core.history, askedOf(options)))
      how = { resumption: resumptionOf(unsureCalls, options), takenUp }
      return turn
    }
    return this.#core.start(options, ctx, makeTurn, () => how)
  }

  /** Begins the first of the prompts that wait, as after a crash; the others follow. Undefined where none waits. @throws SessionBusyError while a run is active */
  beginQueued(): ExecutionHandle | undefined {
    this.#core.assertIdle()
    this.#core.submissions.beginNext()
    return this.#core.active
  }

  /**
   * The exact request that the next provider call would send, secrets masked, with what of the turn it cannot say (`degradations`) and an
   * estimate of its tokens. Sends nothing and publishes nothing.
   * @throws SessionError `not_preparable` when the builder's runner or engine cannot.
   */
  async prepare(ctx?: Context, options: StartOptions = {}): Promise<RequestPreview> {
    assertCall({ usage: 'prepare(ctx, options)', options, ctx, names: optionNames.start })
    return prepareRequest(this.#core, ctx, options)
  }

  /**
   * How many tokens the request has that the next provider call would send, with system prompts, tools and output schema: by the provider's API where
   * it counts, in a request of its own, else an estimate. Publishes nothing.
   * @throws SessionError `no_turn`, `nothing_to_run`, `not_preparable`; EngineError when the request fails
   */
  async countTokens(ctx?: Context, options: StartOptions = {}): Promise<TokenCount> {
    assertCall({ usage: 'countTokens(ctx, options)', options, ctx, names: optionNames.start })
    return countRequestTokens(this.#core, ctx, options)
  }
}

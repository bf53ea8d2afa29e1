import type { Context } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'
import { assertCall, optionNames } from './call-arguments.ts'
import type { ExecutionHandle } from './contract/execution-handle.ts'
import { assertCompleted } from './contract/run-result.ts'
import type { Prompt } from './contract/session-options.ts'
import type { StartOptions } from './contract/start-options.ts'
import type { TurnSource } from './history/turn-source.ts'
import type { QueuedPrompt } from './queue/submission-queue.ts'
import type { Submissions, SubmitOptions } from './queue/submissions.ts'
import { SessionTurns } from './session-turns.ts'

/** What its prompts are given to. */
export interface PromptSource extends TurnSource {
  readonly submissions: Submissions
}

/** What may be said to a session, at once or in its turn. */
export class SessionPrompts extends SessionTurns {
  readonly #submissions: Submissions

  /** @internal A session is one. */
  constructor(source: PromptSource) {
    super(source)
    this.#submissions = source.submissions
  }

  /**
   * Appends what the user says and starts, as one operation.
   * @throws SessionBusyError while a run is active, unless `whenBusy` says otherwise; SessionError `invalid_options`.
   */
  submit(prompt: Prompt, options: SubmitOptions = {}, ctx?: Context): ExecutionHandle {
    assertCall({ usage: 'submit(prompt, options, ctx)', options, ctx, names: optionNames.submit })
    return this.#submissions.submit(prompt, options, ctx)
  }

  /** Appends, starts, waits. @throws SessionError `not_completed` when the run did not complete; what had arrived is in `latest`. */
  async run(prompt: Prompt, ctx?: Context, options: StartOptions = {}): Promise<Turn> {
    assertCall({ usage: 'run(prompt, ctx, options)', options, ctx, names: optionNames.start })
    const result = await this.submit(prompt, options, ctx).wait()
    assertCompleted(result)
    return result.turn
  }

  /**
   * The prompts that wait, in the order in which they will be run. The store has them with the next commit of the active run at the latest; those of a session
   * that is opened wait until a run has ended, or {@link beginQueued} is called.
   */
  get queue(): readonly QueuedPrompt[] {
    return this.#submissions.queue.prompts
  }

  /**
   * Says something else in the place of a prompt that waits. Resolves with whether that came in time: true once the store has it, also where another owner runs the session;
   * false where the prompt was begun or withdrawn before, or nobody has said within the store's grace (`graces.storeMs`). Never rejects: what is used wrongly is thrown at once.
   * @throws SessionError `no_such_prompt` when no prompt of that run was ever submitted; TurnError `invalid_block` when the prompt is empty
   */
  editQueued(runId: string, prompt: Prompt): Promise<boolean> {
    return this.#submissions.edit(runId, prompt)
  }

  /**
   * Takes a prompt out of the line: its run is `cancelled`, and never began. Resolves as {@link editQueued}; where it came too late, and the run goes on, here or
   * elsewhere, that is asked to stop.
   * @throws SessionError `no_such_prompt` when no prompt of that run was ever submitted
   */
  withdrawQueued(runId: string): Promise<boolean> {
    return this.#submissions.withdraw(runId)
  }
}

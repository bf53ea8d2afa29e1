import type { EventCursor } from '@geppetto/events'
import type { RunRequest } from '../contract/run-request.ts'
import type { RunResult } from '../contract/run-result.ts'
import { summarize } from '../contract/run-summary.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'

/** What a run comes to: its result for those who wait for it, and the answer to its request. */
export class RunOutcome {
  readonly #request: Partial<RunRequest>
  readonly #result: PromiseWithResolvers<RunResult> = Promise.withResolvers()
  #answer: AnsweredRequest | undefined

  constructor(request: Partial<RunRequest>) {
    this.#request = request
  }

  wait(): Promise<RunResult> {
    return this.#result.promise
  }

  /** What became of the run, when it has ended. */
  get answer(): AnsweredRequest | undefined {
    return this.#answer
  }

  /** It has ended so; `start`: the last event before its own, undefined where it never began. */
  settle(result: RunResult, start: EventCursor | undefined): void {
    const { runId, usage } = result
    const { requestId, promptDigest } = this.#request
    const { turnId, ...summary } = summarize(result, { runId, usage, requestId })
    this.settleAs({ summary, turnId: start === undefined ? undefined : turnId, start, promptDigest })
    this.tell(result)
  }

  /** It has ended so, as another owner says; whoever waits is told later. */
  settleAs(answer: AnsweredRequest): void {
    this.#answer = answer
  }

  /** Tells whoever waits. */
  tell(result: RunResult): void {
    this.#result.resolve(result)
  }
}

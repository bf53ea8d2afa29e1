import { defined } from '@geppetto/turns'
import type { PromptRecord } from './prompt-record.ts'
import type { AnsweredRequest } from './stored-runs.ts'

/** A prompt that waits, as the store has it. */
export type StoredPrompt = Omit<Extract<PromptRecord, { readonly type: 'prompt-queued' }>, 'type'>

/** The prompts of a session that wait, as its records tell of them. */
export class StoredQueue {
  readonly #waiting = new Map<string, StoredPrompt>()
  /** What became of those that were never run. */
  readonly #answers = new Map<string, AnsweredRequest>()

  /** Why a record does not fit what was before; undefined where it does. */
  findMisfit({ type, runId }: PromptRecord): string | undefined {
    const isNew = type === 'prompt-queued'
    if (this.#waiting.has(runId) !== isNew) return undefined
    return `runId is ${runId}, and ${isNew ? 'such a prompt waits already' : 'no such prompt waits'}`
  }

  /** Takes in a record that fits; gives the answer to the request of a prompt that will never be run. */
  accept(record: PromptRecord): { readonly requestId: string; readonly answer: AnsweredRequest } | undefined {
    const { runId } = record
    switch (record.type) {
      case 'prompt-queued': {
        const { type: _, ...prompt } = record
        this.#waiting.set(runId, prompt)
        return undefined
      }
      case 'prompt-edited': {
        const known = this.#waiting.get(runId)
        if (known !== undefined) this.#waiting.set(runId, { ...known, said: record.said })
        return undefined
      }
      case 'prompt-ended': {
        const { requestId, promptDigest } = this.#waiting.get(runId) ?? {}
        this.#waiting.delete(runId)
        const { state, stop = 'user', error } = record
        if (state === 'delivered') return undefined
        const status = state === 'withdrawn' ? 'cancelled' : 'failed'
        const summary = { runId, status, stop, ...defined({ requestId, error }) } as const
        const answer = { summary, promptDigest, turnId: undefined, start: undefined }
        this.#answers.set(runId, answer)
        return requestId === undefined ? undefined : { requestId, answer }
      }
    }
  }

  /** What became of a prompt that was never run; undefined where it waits, or was. */
  answerOf(runId: string): AnsweredRequest | undefined {
    return this.#answers.get(runId)
  }

  /** Those that wait, in the order in which they were submitted. */
  get waiting(): readonly StoredPrompt[] {
    return [...this.#waiting.values()]
  }
}

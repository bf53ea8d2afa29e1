import type { PromptRecord } from './prompt-record.ts'
import type { AnsweredRequest } from './stored-runs.ts'

/** A prompt that waits, as the store has it. */
export type StoredPrompt = Omit<Extract<PromptRecord, { readonly type: 'prompt-queued' }>, 'type'>

/** The prompts of a session that wait, as its records tell of them. */
export class StoredQueue {
  readonly #waiting = new Map<string, StoredPrompt>()

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
        if (requestId === undefined || state === 'delivered') return undefined
        const status = state === 'withdrawn' ? 'cancelled' : 'failed'
        const summary = { runId, requestId, status, stop, ...(error && { error }) } as const
        return { requestId, answer: { summary, promptDigest, turnId: undefined, start: undefined } }
      }
    }
  }

  /** Those that wait, in the order in which they were submitted. */
  get waiting(): readonly StoredPrompt[] {
    return [...this.#waiting.values()]
  }
}

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

  /** The runs of all prompts that ever waited, and the blocks that were said in the place of others. */
  readonly known: Set<string> = new Set()

  /** Whether the store has it already, as somebody else has written it. */
  has(record: PromptRecord): boolean {
    switch (record.type) {
      case 'prompt-queued':
        return this.known.has(record.runId)
      case 'prompt-edited':
        return this.known.has(record.said.id)
      case 'prompt-ended':
        return this.#answers.has(record.runId)
    }
  }

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
        this.known.add(runId)
        return undefined
      }
      case 'prompt-edited': {
        const edited = this.#waiting.get(runId)
        if (edited !== undefined) this.#waiting.set(runId, { ...edited, said: record.said })
        this.known.add(record.said.id)
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

  /** Whether it waits. */
  isWaiting(runId: string): boolean {
    return this.#waiting.has(runId)
  }

  /** Those that wait, in the order in which they were submitted. */
  get waiting(): readonly StoredPrompt[] {
    return [...this.#waiting.values()]
  }
}

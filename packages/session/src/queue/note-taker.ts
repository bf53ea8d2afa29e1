import { defined, toErrorData } from '@geppetto/turns'
import type { RunRequest } from '../contract/run-request.ts'
import type { StoredNote } from '../contract/store.ts'
import type { PromptRecord } from '../records/prompt-record.ts'
import type { QueueLog } from '../records/queue-log.ts'
import type { StoredPrompt } from '../records/stored-queue.ts'
import type { KnownIds } from './known-ids.ts'
import type { KnownRequest, KnownRequests } from './known-requests.ts'
import { readNote } from './prompt-notes.ts'
import type { SubmissionQueue } from './submission-queue.ts'

/** A prompt as it is found in the store. */
export type WaitingPrompt = Omit<StoredPrompt, 'requestId' | 'promptDigest'> & {
  readonly request: RunRequest | undefined
}

/** What notes are taken into. */
export interface NoteTakerOptions {
  readonly sessionId: string
  readonly log: QueueLog
  readonly queue: SubmissionQueue
  readonly requests: KnownRequests
  /** The runs of all prompts that ever waited, and the blocks that were said in the place of others. */
  readonly known: KnownIds
  /** Puts a prompt in line, of which the store has `record` as a note. */
  readonly restore: (prompt: WaitingPrompt, record: PromptRecord) => void
  /** Stops the active run. */
  readonly interrupt: () => void
}

/** Takes in what others have left for whoever runs the session. */
export class NoteTaker {
  readonly #options: NoteTakerOptions

  constructor(options: NoteTakerOptions) {
    this.#options = options
  }

  /** What the store, or this object, knows already is passed over, and what a newer version has left is left to it. */
  take(notes: readonly StoredNote[]): void {
    const { log, sessionId } = this.#options
    for (const note of notes) {
      if (note.number <= log.notesTaken || note.damage !== undefined) continue
      const record = readNote(note, sessionId)
      if (record === 'newer') break
      if (record !== undefined) this.#takeRecord(record)
      log.notesTaken = note.number
    }
  }

  #takeRecord(record: PromptRecord): void {
    const { queue, known, log } = this.#options
    const isWaiting = queue.has(record.runId)
    switch (record.type) {
      case 'prompt-queued':
        if (known.has(record.runId)) return
        known.add(record.runId)
        return this.#takePrompt(record)
      case 'prompt-edited':
        if (known.has(record.said.id) || !isWaiting) return
        known.add(record.said.id)
        void queue.edit(record)
        return log.markLeft(record)
      case 'prompt-ended':
        if (isWaiting) void queue.withdraw(record.runId, record.stop)
    }
  }

  #takePrompt(record: Extract<PromptRecord, { readonly type: 'prompt-queued' }>): void {
    const { log, requests, restore, interrupt } = this.#options
    const { type: _, requestId, promptDigest, ...prompt } = record
    const request = requestId === undefined ? undefined : { requestId, ...defined({ promptDigest }) }
    let asked: KnownRequest | undefined
    try {
      asked = requests.find(request)
    } catch (error) {
      // Under the id of another prompt: it is not an answer to that request.
      const { runId } = record
      void log.add({ type: 'prompt-queued', ...prompt })
      void log.add({ type: 'prompt-ended', runId, state: 'failed', stop: 'error', error: toErrorData(error) })
      return
    }
    if (asked !== undefined && asked.isRefused?.() !== true) return
    void log.add(record)
    log.markLeft(record)
    restore({ ...prompt, request }, record)
    if (prompt.isUrgent) interrupt()
  }
}

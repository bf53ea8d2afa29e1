import { isSessionError } from '../contract/session-error.ts'
import type { SessionStore, StoredNote } from '../contract/store.ts'
import type { PromptRecord } from '../records/prompt-record.ts'
import type { QueueLog } from '../records/queue-log.ts'
import { decodeRecord, encodeRecord } from '../records/session-record.ts'

/** Leaves what is to be stored of the prompts that wait, for whoever runs the session. */
export class PromptNotes {
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #log: QueueLog
  #lastWrite: Promise<unknown> = Promise.resolve()

  constructor(store: SessionStore, sessionId: string, log: QueueLog) {
    this.#store = store
    this.#sessionId = sessionId
    this.#log = log
  }

  /** Leaves a note of what the store does not know yet; whether it knows all by then. Never rejects: what could not be left is left later, or written. */
  leave(): Promise<boolean> {
    const write = this.#lastWrite.then(() => this.#leaveAll())
    this.#lastWrite = write
    return write
  }

  async #leaveAll(): Promise<boolean> {
    try {
      for (let [record] = this.#log.unknown; record !== undefined; [record] = this.#log.unknown) {
        if (!(await this.#store.leaveNote(this.#sessionId, encodeRecord(record)))) return false
        this.#log.markLeft(record)
      }
      return true
    } catch {
      // `save` tells what is wrong with the store.
      return false
    }
  }
}

/** What a note says of a prompt: undefined where it is none that this version knows, `newer` where it is to be left to one that does. */
export function readNote({ number, note }: StoredNote, sessionId: string): PromptRecord | 'newer' | undefined {
  try {
    const record = decodeRecord(note, { sessionId, record: number })
    switch (record?.type) {
      case 'prompt-queued':
      case 'prompt-edited':
      case 'prompt-ended':
        return record
      default:
        return undefined
    }
  } catch (error) {
    if (!isSessionError(error)) throw error
    // What others have left must not keep the owner from going on.
    return error.code === 'unsupported_version' ? 'newer' : undefined
  }
}

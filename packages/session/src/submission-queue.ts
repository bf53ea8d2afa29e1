import type { Run } from './run.ts'
import type { StartOptions } from './run-host.ts'

/** How a prompt is submitted. */
export interface SubmitOptions extends StartOptions {
  /** What happens while a run is active: an error (default), wait behind it, or stop it and take its place. */
  readonly whenBusy?: 'reject' | 'queue' | 'interrupt'
  /**
   * The caller's own id of the request: submitting it again gives the same handle, of the last 100 requests; in a session that was opened, one
   * that is settled with what became of it. Nothing is run twice.
   */
  readonly requestId?: string
}

/** A prompt that waits for the run before it. */
interface Submission {
  readonly run: Run
  /** It interrupts: it goes before those that do not. */
  readonly isUrgent: boolean
  /** Appends the prompt and starts. Where it throws, the submission has failed, and its handle says so. */
  readonly begin: () => void
  /** Ends it without a run. */
  readonly withdraw: () => void
}

/** The prompts that wait, first come first served. */
export class SubmissionQueue {
  readonly #waiting: Submission[] = []

  add(submission: Submission): void {
    const firstPatient = this.#waiting.findIndex((other) => !other.isUrgent)
    const place = submission.isUrgent && firstPatient >= 0 ? firstPatient : this.#waiting.length
    this.#waiting.splice(place, 0, submission)
    const { signal } = submission.run
    const leave = () => {
      const index = this.#waiting.indexOf(submission)
      if (index < 0) return
      this.#waiting.splice(index, 1)
      submission.withdraw()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  }

  /** Begins the submission whose turn it is; one that cannot begin has failed, and the next is tried. */
  beginNext(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        next.begin()
      } catch {
        // Its handle has the error.
        continue
      }
      // What has been interrupted before it began still enters the history: the prompts stay in order.
      if (this.#waiting[0]?.isUrgent === true) void next.run.cancel('superseded')
      return
    }
  }
}

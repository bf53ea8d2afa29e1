import type { ClientError } from './client-error.ts'
import type { AcceptedRun, QueuedPromptView } from './protocol/views.ts'

/** A part of what a user says. */
export type PromptPart =
  | { readonly type: 'text'; readonly text: string }
  /** A file that is uploaded with the prompt; its `type` must be set. */
  | { readonly type: 'image' | 'audio'; readonly file: Blob }
  | { readonly type: 'file'; readonly file: Blob; readonly name?: string }

/** What a user says. */
export type PromptContent = string | readonly PromptPart[]

/** What the user has said and the conversation does not show yet. */
export interface PendingPrompt {
  readonly requestId: string
  readonly content: PromptContent
  /** `sent`: the server has it. `failed`: it was refused, or the server was not reached: `retry` or `discard` it. */
  readonly state: 'sending' | 'sent' | 'failed'
  readonly error?: ClientError
}

/** Whether a prompt was accepted, or why not. */
export type Submitted =
  | { readonly status: 'accepted'; readonly run: AcceptedRun }
  | { readonly status: 'failed'; readonly error: ClientError }

/** A prompt on its way. */
export interface Sending {
  readonly pending: PendingPrompt
  readonly whenBusy: 'reject' | 'queue' | 'interrupt' | undefined
  readonly profile: string | undefined
  readonly controller: AbortController
  readonly submitted: Promise<Submitted>
}

/** The prompts that are on their way, oldest first. */
export class Outbox {
  #entries: readonly Sending[] = []
  #shown: readonly PendingPrompt[] = []
  readonly #accepted = new Map<string, AcceptedRun>()

  get prompts(): readonly PendingPrompt[] {
    return this.#shown
  }

  find(requestId: string): Sending | undefined {
    return this.#entries.find(({ pending }) => pending.requestId === requestId)
  }

  /** The same words on their way: a second click, and no second prompt. */
  findSame(content: PromptContent): Sending | undefined {
    if (typeof content !== 'string') return undefined
    return this.#entries.find(({ pending }) => pending.state === 'sending' && pending.content === content)
  }

  add(sending: Sending): void {
    this.#set([...this.#entries.filter(({ pending }) => pending.requestId !== sending.pending.requestId), sending])
  }

  /** It was accepted, or failed. One that has been discarded or confirmed meanwhile stays so. */
  settle(requestId: string, submitted: Submitted): void {
    if (submitted.status === 'accepted') this.#accepted.set(requestId, submitted.run)
    this.#set(
      this.#entries.map((entry) => {
        if (entry.pending.requestId !== requestId) return entry
        const { content } = entry.pending
        const pending: PendingPrompt =
          submitted.status === 'accepted'
            ? { requestId, content, state: 'sent' }
            : { requestId, content, state: 'failed', error: submitted.error }
        return { ...entry, pending }
      }),
    )
  }

  /** It stands in the conversation, or is wanted no more. */
  remove(requestId: string): void {
    this.#accepted.delete(requestId)
    this.#set(this.#entries.filter(({ pending }) => pending.requestId !== requestId))
  }

  /** Takes out what stands in the conversation, or in the line. */
  confirm(hasTurn: (turnId: string) => boolean, queue: readonly QueuedPromptView[]): void {
    const isThere = ({ pending: { requestId } }: Sending) => {
      if (queue.some((prompt) => prompt.requestId === requestId)) return true
      const accepted = this.#accepted.get(requestId)
      return accepted?.turnId !== undefined && (accepted.state === 'settled' || hasTurn(accepted.turnId))
    }
    const left = this.#entries.filter((entry) => !isThere(entry))
    if (left.length < this.#entries.length) this.#set(left)
  }

  #set(entries: readonly Sending[]): void {
    this.#entries = entries
    this.#shown = entries.map(({ pending }) => pending)
  }
}

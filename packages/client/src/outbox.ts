import { randomIds } from '@geppetto/context'
import { ClientError, toClientError } from './client-error.ts'
import type { AcceptedRun, QueuedPromptView } from './protocol/views.ts'

/** A part of what a user says. */
export type PromptPart =
  | { readonly type: 'text'; readonly text: string }
  /** A file that is uploaded with the prompt; its `type` must be set. */
  | { readonly type: 'image' | 'audio'; readonly file: Blob }
  | { readonly type: 'file'; readonly file: Blob; readonly name?: string }

/** What a user says. */
export type PromptContent = string | readonly PromptPart[]

/** How a prompt is submitted. */
export interface SubmitChoice {
  /** While a run is active: refuse (default), wait behind it, or stop it and take its place. */
  readonly whenBusy?: 'reject' | 'queue' | 'interrupt'
  /** What answers; default: the session's. */
  readonly profile?: string
  /** Default: a new one. The same one twice is one prompt. */
  readonly requestId?: string
}

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

/** What an outbox needs. */
export interface OutboxHost {
  /** Has the server run a prompt. @throws ClientError */
  send(
    choice: SubmitChoice & { readonly requestId: string },
    content: PromptContent,
    signal: AbortSignal,
  ): Promise<AcceptedRun>
  /** Something is another. */
  onChange(): void
}

/** A prompt on its way. */
interface Sending {
  readonly pending: PendingPrompt
  readonly choice: Omit<SubmitChoice, 'requestId'>
  readonly controller: AbortController
  readonly submitted: Promise<Submitted>
}

/** The prompts that are on their way, oldest first. */
export class Outbox {
  readonly #host: OutboxHost
  #entries: readonly Sending[] = []
  #shown: readonly PendingPrompt[] = []
  readonly #accepted = new Map<string, AcceptedRun>()
  #isClosed = false

  constructor(host: OutboxHost) {
    this.#host = host
  }

  get prompts(): readonly PendingPrompt[] {
    return this.#shown
  }

  /** What becomes of the newest prompt that the server has not answered yet. */
  get sending(): Promise<Submitted> | undefined {
    return this.#entries.findLast(({ pending }) => pending.state === 'sending')?.submitted
  }

  /** See `SessionClient.submit`. */
  submit(content: PromptContent, { requestId, ...choice }: SubmitChoice): Promise<Submitted> {
    const known = requestId === undefined ? this.#findSame(content) : this.#find(requestId)
    return known?.submitted ?? this.#send(requestId ?? randomIds.next('req'), content, choice)
  }

  /** See `SessionClient.retry`. */
  retry(requestId: string, choice: Omit<SubmitChoice, 'requestId'>): Promise<Submitted> {
    const known = this.#find(requestId)
    if (known === undefined) {
      const error = new ClientError('no_such_prompt', `no prompt ${requestId} has failed`)
      return Promise.resolve({ status: 'failed', error })
    }
    if (known.pending.state !== 'failed') return known.submitted
    return this.#send(requestId, known.pending.content, { ...known.choice, ...choice })
  }

  /** See `SessionClient.discard`. */
  discard(requestId: string): void {
    this.#find(requestId)?.controller.abort()
    this.remove(requestId)
    this.#host.onChange()
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

  /** Gives up what is on its way; what is submitted from here on fails. */
  close(): void {
    this.#isClosed = true
    for (const { controller } of this.#entries) controller.abort()
  }

  #find(requestId: string): Sending | undefined {
    return this.#entries.find(({ pending }) => pending.requestId === requestId)
  }

  /** The same words and files on their way: a second click, and no second prompt. */
  #findSame(content: PromptContent): Sending | undefined {
    return this.#entries.find(({ pending }) => pending.state === 'sending' && isSaidAgain(pending.content, content))
  }

  #send(requestId: string, content: PromptContent, choice: Sending['choice']): Promise<Submitted> {
    const controller = new AbortController()
    const work = async (): Promise<Submitted> => {
      const submitted = await this.#try(requestId, content, choice, controller.signal)
      this.#settle(requestId, submitted)
      this.#host.onChange()
      return submitted
    }
    const submitted = Promise.resolve().then(work)
    const sending: Sending = { pending: { requestId, content, state: 'sending' }, choice, controller, submitted }
    this.#set([...this.#entries.filter(({ pending }) => pending.requestId !== requestId), sending])
    this.#host.onChange()
    return submitted
  }

  async #try(
    requestId: string,
    content: PromptContent,
    choice: Sending['choice'],
    signal: AbortSignal,
  ): Promise<Submitted> {
    try {
      if (this.#isClosed) throw new ClientError('closed', 'the client was closed')
      return { status: 'accepted', run: await this.#host.send({ requestId, ...choice }, content, signal) }
    } catch (error) {
      return { status: 'failed', error: toClientError(error) }
    }
  }

  /** It was accepted, or failed. One that has been discarded or confirmed meanwhile stays so. */
  #settle(requestId: string, submitted: Submitted): void {
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

  #set(entries: readonly Sending[]): void {
    this.#entries = entries
    this.#shown = entries.map(({ pending }) => pending)
  }
}

function isSaidAgain(one: PromptContent, other: PromptContent): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return one.length === other.length && one.every((part, index) => isSamePart(part, other[index]))
}

function isSamePart(one: PromptPart, other: PromptPart | undefined): boolean {
  if (one.type === 'text' || other === undefined || other.type === 'text')
    return one.type === 'text' && other?.type === 'text' && one.text === other.text
  return one.type === other.type && one.file === other.file
}

import { randomIds } from '@geppetto/context'
import type { JsonObject } from '@geppetto/turns'
import { ClientError, isClientError } from './client-error.ts'
import type { PromptContent } from './outbox.ts'
import type {
  AnswerIntent,
  CancelIntent,
  ChangeSessionIntent,
  CheckoutIntent,
  EditIntent,
  EditQueuedIntent,
  ForkIntent,
  RegenerateIntent,
  ResumeIntent,
  Said,
  SaidPart,
  SubmitIntent,
} from './protocol/intents.ts'
import type { AcceptedRun, SessionInfo } from './protocol/views.ts'
import { readAccepted, readInfo, readUpload } from './read-views.ts'
import type { ServerLink } from './server-link.ts'

/** The requests of one session. */
export class SessionActions {
  readonly #link: ServerLink
  readonly #path: string
  readonly #signal: AbortSignal

  constructor(link: ServerLink, path: string, signal: AbortSignal) {
    this.#link = link
    this.#path = path
    this.#signal = signal
  }

  async submit(
    prompt: Omit<SubmitIntent, 'content'>,
    content: PromptContent,
    signal: AbortSignal,
  ): Promise<AcceptedRun> {
    const send = async () => {
      const intent: SubmitIntent = { ...prompt, content: await this.#said(content, signal) }
      return readAccepted(await this.#post('messages', intent, signal))
    }
    try {
      return await send()
    } catch (error) {
      // The server has forgotten the files, as after a restart.
      if (isClientError(error) && error.code === 'no_such_upload') return send()
      throw error
    }
  }

  async cancel(intent: CancelIntent): Promise<void> {
    await this.#post('cancel', intent)
  }

  async regenerate(intent: RegenerateIntent): Promise<AcceptedRun> {
    return readAccepted(await this.#post('regenerate', intent))
  }

  async edit(intent: Omit<EditIntent, 'content'>, content: PromptContent): Promise<AcceptedRun> {
    const whole: EditIntent = { ...intent, content: await this.#said(content, this.#signal) }
    return readAccepted(await this.#post('edit', whole))
  }

  async checkout(intent: CheckoutIntent): Promise<void> {
    await this.#post('checkout', intent)
  }

  async fork(intent: ForkIntent): Promise<SessionInfo> {
    return readInfo(await this.#post('fork', { sessionId: randomIds.next('ses'), ...intent }))
  }

  async resume(intent: ResumeIntent): Promise<AcceptedRun> {
    return readAccepted(await this.#post('resume', intent))
  }

  async answer(intent: AnswerIntent): Promise<AcceptedRun> {
    return readAccepted(await this.#post('answers', intent))
  }

  async change(intent: ChangeSessionIntent): Promise<SessionInfo> {
    return readInfo(await this.#link.ask(this.#path, { method: 'PATCH', body: intent, signal: this.#signal }))
  }

  async editQueued(runId: string, content: PromptContent): Promise<void> {
    const intent: EditQueuedIntent = { content: await this.#said(content, this.#signal) }
    await this.#link.ask(this.#queued(runId), { method: 'PATCH', body: intent, signal: this.#signal })
  }

  async withdraw(runId: string): Promise<void> {
    await this.#link.ask(this.#queued(runId), { method: 'DELETE', signal: this.#signal })
  }

  #queued(runId: string): string {
    return `${this.#path}/queue/${encodeURIComponent(runId)}`
  }

  #post(name: string, body: object, signal: AbortSignal = this.#signal): Promise<JsonObject | undefined> {
    return this.#link.ask(`${this.#path}/${name}`, { method: 'POST', body, signal })
  }

  /** What is said, its files uploaded. @throws ClientError */
  async #said(content: PromptContent, signal: AbortSignal): Promise<Said> {
    if (typeof content === 'string') return content
    const parts: SaidPart[] = []
    for (const part of content) {
      if (part.type === 'text') parts.push(part)
      else {
        if (part.file.type === '') throw new ClientError('invalid_options', 'the type of a file must be set')
        const upload = readUpload(
          await this.#link.ask(`${this.#path}/uploads`, { method: 'POST', body: part.file, signal }),
        )
        if (part.type === 'file') parts.push({ type: 'file', upload, ...(part.name && { name: part.name }) })
        else parts.push({ type: part.type, upload })
      }
    }
    return parts
  }
}

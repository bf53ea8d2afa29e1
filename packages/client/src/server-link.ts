import { type Context, untilAborted, withSignal, withTimeout } from '@geppetto/context'
import { parseJsonObject } from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject } from '@geppetto/turns'
import { backoffMs, type WaitingRoom, waitToRetry } from './backoff.ts'
import { ClientError, errorOf, toClientError } from './client-error.ts'
import { isProblemCode, type Problem, problemOf } from './protocol/problem.ts'

/** How a server is reached. */
export interface LinkOptions extends WaitingRoom {
  /** Absolute, without a `/` at its end. */
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
  /** Asked for each request: a token, say. */
  readonly headers: () => HeadersInit | Promise<HeadersInit>
  readonly credentials: RequestCredentials | undefined
  readonly ctx: Context
}

/** What is asked of a server. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** JSON, or a file. */
  readonly body?: object | Blob
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** How often something is asked for before that has failed. */
const maxTries = 6
/** How long an answer may take, in milliseconds. */
const answerMs = 30_000
/** What a slow line carries of a file in a millisecond, in bytes. */
const slowLine = 20

/** The requests of a client: each is safe to send again, and is, while the server is not reached. */
export class ServerLink {
  readonly options: LinkOptions

  constructor(options: LinkOptions) {
    this.options = options
  }

  /** The JSON of an answer; undefined where there is none. @throws ClientError */
  async ask(path: string, question: Question): Promise<JsonObject | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#askOnce(path, question)
      } catch (thrown) {
        if (question.signal.aborted) throw new ClientError('closed', 'it was given up', { cause: thrown })
        const error = toClientError(thrown)
        // Without a network nothing has been tried.
        const isLast = attempt >= maxTries && this.options.connectivity.isOnline
        if (!error.retryable || isLast) throw error
        await this.rest(attempt, error, question.signal)
      }
    }
  }

  /** Waits until another try makes sense. */
  async rest(attempt: number, error: ClientError | undefined, signal: AbortSignal): Promise<void> {
    const asked = error?.problem?.retryAfterMs ?? 0
    await waitToRetry(this.options, Math.max(asked, backoffMs(attempt, this.options.random)), signal)
  }

  /** Sends a request. @throws ClientError for what is not answered by success */
  async send(path: string, { method = 'GET', body, headers, signal }: Question): Promise<Response> {
    const { baseUrl, fetch, credentials } = this.options
    const all = new Headers(await this.options.headers())
    for (const [name, value] of Object.entries(headers ?? {})) all.set(name, value)
    const isFile = body instanceof Blob
    if (body !== undefined) all.set('content-type', isFile ? body.type : 'application/json')
    const content = body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }
    const response = await fetch(baseUrl + path, {
      method,
      headers: all,
      signal,
      cache: 'no-store',
      ...defined({ credentials }),
      ...content,
    })
    if (response.ok) return response
    throw await failureOf(response)
  }

  async #askOnce(path: string, question: Question): Promise<JsonObject | undefined> {
    const fileMs = question.body instanceof Blob ? question.body.size / slowLine : 0
    const { ctx, signal, release } = this.#limited(question.signal, answerMs + fileMs)
    try {
      const response = await untilAborted(ctx.signal, this.send(path, { ...question, signal }))
      if (response.status === 204) return undefined
      const text = await untilAborted(ctx.signal, response.text())
      return parseJsonObject(text) ?? strangeAnswer()
    } finally {
      release()
    }
  }

  #limited(signal: AbortSignal, limitMs: number) {
    const outer = withSignal(this.options.ctx, signal)
    const limited = withTimeout(outer.ctx, limitMs)
    const release = () => {
      limited.release()
      outer.release()
    }
    return { ctx: limited.ctx, signal: limited.ctx.signal, release }
  }
}

/** @throws ClientError `protocol` */
function strangeAnswer(): never {
  throw new ClientError('protocol', 'what answered is no server of sessions, or one of another version')
}

async function failureOf(response: Response): Promise<ClientError> {
  const { status } = response
  const json = parseJsonObject(await response.text())
  if (isJsonObject(json) && isProblemCode(json.code)) return errorOf(problemIn(json, json.code))
  // Somebody on the way: a proxy whose server is away, say.
  const retryable = status === 429 || status === 502 || status === 503 || status === 504
  return new ClientError('protocol', `somebody else than the server answered (${status})`, { status, retryable })
}

function problemIn(json: JsonObject, code: Problem['code']): Problem {
  const text = (name: string) => (typeof json[name] === 'string' ? json[name] : undefined)
  const { retryAfterMs } = json
  return problemOf(code, {
    ...defined({
      detail: text('detail'),
      field: text('field'),
      runId: text('runId'),
      retryAfterMs: typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined,
    }),
  })
}

import type { Clock } from '@geppetto/context'
import type { ProviderAdapter } from './adapter.ts'
import { formOfText } from './body-form.ts'
import { type EngineError, withFacts } from './engine-error.ts'
import { withHint } from './error-hint.ts'
import { parseJsonObject } from './json-fields.ts'
import { excerpt } from './not-the-api.ts'
import { readText } from './read-body.ts'
import { redirectError } from './redirect.ts'
import { withoutSecretsInText } from './sent-secrets.ts'
import { createSseReader } from './sse.ts'
import type { WireResponse } from './transport.ts'

/** An error page may be anything; this much of it is looked at. */
const maxErrorBody = 1024 * 1024

/** What it takes to read a response that failed. */
interface Reading {
  readonly adapter: ProviderAdapter
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Where the request went, without secrets. */
  readonly address: () => string
}

/** @throws EngineError when the response has an error status, or is a redirect. */
export async function refuseFailure(response: WireResponse, reading: Reading): Promise<void> {
  const { status, body } = response
  if (status >= 200 && status <= 299) return
  const { adapter, signal, clock, address } = reading
  if (status >= 300 && status <= 399) throw redirectError(address(), response.headers.get('location'), status)
  const text = (await readText(body, signal, clock, maxErrorBody)).slice(0, maxErrorBody)
  const isPage = formOfText(text) === 'page'
  const error = adapter.classify({
    kind: 'response',
    status,
    header: headerOf(response, clock),
    body: isPage ? '' : withoutSecretsInText(reportIn(text), response.secrets),
  })
  throw isPage ? ofPage(error, text, response, address()) : error
}

/** The headers by name. Where the response does not say when it was made, it says when it came. */
export function headerOf({ headers }: WireResponse, clock: Clock): (name: string) => string | undefined {
  const cameAt = clock.now()
  return (name) => headers.get(name) ?? (name.toLowerCase() === 'date' ? new Date(cameAt).toUTCString() : undefined)
}

/** The report in an error body: some hosts write it as the event that they would have put into a stream. */
function reportIn(text: string): string {
  if (formOfText(text) !== 'events') return text
  let report: string | undefined
  const reader = createSseReader({
    event(_name, data) {
      if (report === undefined && parseJsonObject(data) !== undefined) report = data
    },
  })
  reader.push(new TextEncoder().encode(`${text}\n\n`))
  return report ?? text
}

/** A page is of a proxy or of a wrong address; the status alone says what it is about. */
function ofPage(error: EngineError, text: string, { status, secrets }: WireResponse, address: string): EngineError {
  const message = `${address} answers status ${status} with a page: ${excerpt(withoutSecretsInText(text, secrets))}`
  return withFacts(error, { message: withHint(message, error.code) })
}

import { listIn, numberIn, objectIn, textIn } from '@geppetto/engine'
import { isJsonObject } from '@geppetto/turns'

/** What an error says, wherever a host puts it. */
export interface ErrorEnvelope {
  readonly message?: string
  /** The words for it, the most telling first. */
  readonly words: readonly string[]
  /** Its code where that is a number, as a text. */
  readonly number?: string
  /** The HTTP status that an error inside a stream states. */
  readonly status?: number
  /** Whether it names a field of the request. */
  readonly hasParam?: true
}

/**
 * Reads an error object: OpenAI's `{ error: { message, type, code } }`, and what hosts make of it. vLLM and Mistral leave the envelope out, FastAPI
 * says `detail`, Ollama and xAI make `error` a text, OpenRouter puts the status into `code`, Google wraps a list around it.
 */
export function readErrorEnvelope(value: unknown): ErrorEnvelope {
  const outer: unknown = Array.isArray(value) ? value[0] : value
  const error = objectIn(outer, 'error') ?? outer
  const inner = objectIn(error, 'innererror') ?? objectIn(error, 'inner_error')
  const isModerated = listIn(objectIn(error, 'metadata'), 'reasons').length > 0
  const words = [...ownWords(error), textIn(inner, 'code'), isModerated ? 'content_filter' : undefined]
  const message = textIn(error, 'message') ?? textIn(error, 'error_msg') ?? textIn(outer, 'error') ?? detailOf(outer)
  const code = numberIn(error, 'code')
  const status = code ?? numberIn(error, 'status_code') ?? numberIn(error, 'statusCode')
  return {
    words: words.filter((word) => word !== undefined).filter((word) => word !== ''),
    ...(message === undefined || message === '' ? undefined : { message }),
    ...(code === undefined ? undefined : { number: String(code) }),
    ...((textIn(error, 'param') ?? '') === '' ? undefined : { hasParam: true }),
    ...(status === undefined || status < 100 || status > 599 ? undefined : { status }),
  }
}

function ownWords(error: unknown): readonly (string | undefined)[] {
  const type = textIn(error, 'type')
  // The event's own name, as the Responses API sends it, says nothing.
  return [textIn(error, 'code'), type === 'error' ? undefined : type, textIn(error, 'status')]
}

function detailOf(value: unknown): string | undefined {
  if (!isJsonObject(value)) return typeof value === 'string' ? value : undefined
  const { detail } = value
  if (typeof detail === 'string') return detail
  return detail === undefined ? undefined : JSON.stringify(detail)
}

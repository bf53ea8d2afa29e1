import { EngineError } from './engine-error.ts'
import { withoutSecretsInText } from './sent-secrets.ts'
import type { WireResponse } from './transport.ts'

/** How much of an answer is looked at that is none. */
export const maxForeignLength: number = 16 * 1024

/**
 * Somebody else than the API answered, and would again: a proxy, the sign-in page of a network, a server at a wrong address.
 * @param address where the request went, without secrets.
 */
export function notTheApi(address: string, what: string, text: string, response: WireResponse): EngineError {
  const shown = excerpt(withoutSecretsInText(text, response.secrets))
  return new EngineError(
    'protocol',
    `${address} answers with ${what}, as the API never does: check the base URL, and whether a proxy or a sign-in page stands in between${shown === '' ? '' : `; it says: ${shown}`}`,
    { retryable: false, status: response.status },
  )
}

/** A page's title, which says most of it, or how a text begins. */
export function excerpt(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? ''
  const words = (title.trim() === '' ? text : title).replace(/\s+/g, ' ').trim()
  return words.length > 160 ? `${words.slice(0, 160)}…` : words
}

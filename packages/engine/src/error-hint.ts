import type { EngineErrorCode } from './engine-error.ts'

const hints: { readonly [code in EngineErrorCode]?: string } = {
  auth: 'check the key that the engine was given',
  quota: 'the account needs credit; trying again does not help',
  not_found: 'check model and baseUrl',
  context_overflow: 'send less of the conversation, as with a middleware that calls next with withView',
  content_filter: "the provider's filter refused it",
}

/** The most of a provider's message that is shown. */
const maxLength = 2000

/** A provider's message for an error, cut where it goes on for pages, with what to do about an error of this kind. */
export function withHint(message: string, code: EngineErrorCode): string {
  const text = message.length > maxLength ? `${message.slice(0, maxLength).toWellFormed()}…` : message
  const hint = hints[code]
  return hint === undefined ? text : `${text} (${hint})`
}

import { quote } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/**
 * Reads where an API's paths begin.
 * @param example such an address, for the message.
 * @throws EngineError `invalid_options` with what was most likely meant, when it is no web address, or has a password in it.
 */
export function readBaseUrl(value: unknown, example: string): URL {
  const base = typeof value === 'string' ? parseWebAddress(value) : undefined
  if (base === undefined)
    throw new EngineError('invalid_options', `baseUrl must be an address such as ${example}${meant(value)}`)
  // `fetch` refuses such an address too, with an error that shows the password.
  if (base.username !== '' || base.password !== '')
    throw new EngineError('invalid_options', 'baseUrl must not hold a user or password: give them in `headers`')
  return base
}

function parseWebAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.host !== '' ? url : undefined
}

/** `localhost:1234` is an address to people, and to the language one whose scheme is `localhost`. */
function meant(value: unknown): string {
  if (typeof value !== 'string') return `, not ${quote(value)}`
  // What may be a key is not shown.
  const shown = value.replace(/[?#].*$/s, '').replace(/^.*@/, '')
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(shown)
  const isLocal = /^(?:localhost|127\.|10\.|192\.168\.|\[::1\]|[^./]+:\d+)/i.test(shown)
  const guess = `${isLocal ? 'http' : 'https'}://${shown}`
  const isGuess = !hasScheme && /^[^\s/]*[.:\]]|^localhost/i.test(shown) && parseWebAddress(guess) !== undefined
  return `, not ${quote(shown)}${isGuess ? `: did you mean ${guess}?` : ''}`
}

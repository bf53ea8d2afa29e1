import { EngineError } from './engine-error.ts'

/**
 * The error for a redirect, which is never followed: it would drop the body, or carry a key to an address that nobody named.
 * @param from whose answer it is. @param location where it leads, as far as that is known: its query, which may hold a key, is not shown.
 */
export function redirectError(from: string, location: string | null | undefined, status?: number): EngineError {
  const target = location?.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
  const advice = `set baseUrl so that it leads to ${target === undefined || target === '' ? 'the address that it names' : target}`
  return new EngineError('invalid_options', `${from} redirects: ${advice}`, status === undefined ? {} : { status })
}

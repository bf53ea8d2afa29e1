import type { IdGenerator } from '@geppetto/context'

/**
 * How long to wait after the attempt with this number, in milliseconds: `backoffMs` doubled for each attempt before it, less a random part of up to
 * half of it; and never less than what the provider asks for, beyond which those who were asked the same are spread too.
 * The chance comes from a new id, so that whoever replays a run by its ids waits as long again.
 */
export function retryDelay(
  attempt: number,
  backoffMs: number,
  retryAfterMs: number | undefined,
  ids: IdGenerator,
): number {
  const half = (backoffMs * 2 ** (attempt - 1)) / 2
  return Math.ceil(Math.max(half, retryAfterMs ?? 0) + half * fractionOf(ids.next('wait')))
}

/** A number from 0 up to 1, the same for the same text: the FNV-1a hash of its UTF-16 units. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}

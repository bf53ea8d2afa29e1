/**
 * How long a response asks to wait, in milliseconds: by `retry-after-ms`, or by `retry-after` in seconds or as a date; undefined where it does not
 * say. A date counts from the response's own, so that no clock is needed.
 */
export function retryAfterMs(header: (name: string) => string | undefined): number | undefined {
  const inMs = readDuration(header('retry-after-ms'))
  if (inMs !== undefined) return inMs
  const after = header('retry-after')
  const inSeconds = readDuration(after)
  if (inSeconds !== undefined) return inSeconds * 1000
  const wait = Date.parse(after ?? '') - Date.parse(header('date') ?? '')
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const duration = Number(text)
  return Number.isFinite(duration) && duration >= 0 ? duration : undefined
}

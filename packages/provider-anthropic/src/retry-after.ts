/** How long the response asks to wait, in milliseconds: by `retry-after-ms`, or by `retry-after` in seconds or as a date. */
export function retryAfter(header: (name: string) => string | undefined): number | undefined {
  const inMs = readNumber(header('retry-after-ms'))
  if (inMs !== undefined) return inMs
  const value = header('retry-after')
  const seconds = readNumber(value)
  if (seconds !== undefined) return seconds * 1000
  // A date counts from the response's own: a pure function has no clock.
  const wait = Date.parse(value ?? '') - Date.parse(header('date') ?? '')
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

function readNumber(value: string | undefined): number | undefined {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}
